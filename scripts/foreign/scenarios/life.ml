(* OCaml: a guest's life and snapshots' neighbours, as far as the binding goes. *)
module C = Libvirt.Connect
module D = Libvirt.Domain
module N = Libvirt.Network

let read file =
  let channel = open_in file in
  let text = really_input_string channel (in_channel_length channel) in
  close_in channel; text

let () =
  Libvirt.Event.register_default_impl ();
  let c = C.connect ~name:"qemu:///system" () in
  Printf.printf "%s %d\n" (C.get_type c) (C.num_of_domains c);
  let told = ref [] in
  let _ = Libvirt.Event.register_any c (Libvirt.Event.Lifecycle (fun _ event ->
    told := Libvirt.Event.Lifecycle.to_string event :: !told)) in
  let d = D.define_xml c (read "guest.xml") in
  D.create d;
  let info = D.get_info d in
  Printf.printf "%s %Ld %d %b\n" (D.get_name d) info.D.max_mem info.D.nr_virt_cpu (info.D.state = D.InfoRunning);
  D.suspend d;
  Printf.printf "%b\n" ((D.get_info d).D.state = D.InfoPaused);
  D.resume d;
  Printf.printf "%b\n" ((D.get_info d).D.state = D.InfoRunning);
  let stats = D.get_all_domain_stats c [D.StatsState] [] in
  Printf.printf "%d\n" (Array.length stats);
  let block = D.block_stats d "vda" in
  Printf.printf "%b\n" (block.D.rd_bytes >= 0L);
  let vcpus, infos, maplen = D.get_vcpus d 1 (C.cpumaplen 1) |> fun (n, i, m) -> n, i, String.length m in
  Printf.printf "%d %d %d\n" vcpus (Array.length infos) maplen;
  let n = N.define_xml c "<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>" in
  N.create n;
  Printf.printf "%s %b %d\n" (N.get_bridge_name n) (N.get_autostart n) (C.num_of_networks c);
  N.destroy n;
  N.undefine (N.lookup_by_name c "net");
  (try ignore (D.lookup_by_name c "none")
   with Libvirt.Virterror e -> print_endline (Libvirt.Virterror.to_string e));
  D.destroy d;
  let d = D.lookup_by_name c "guest" in
  let rec wait left =
    if left > 0 && not (List.exists (fun each -> each = "Stopped Destroyed" || String.length each > 6 && String.sub each 0 7 = "Stopped") !told) then begin
      Libvirt.Event.run_default_impl (); wait (left - 1) end in
  let timer = Libvirt.Event.add_timeout c 1000 (fun _ -> ()) in
  wait 100;
  ignore timer;
  List.iter print_endline (List.sort_uniq compare !told);
  D.undefine d;
  Printf.printf "%d\n" (C.num_of_defined_domains c)
