# ruby-libvirt: a guest's life, snapshots, a volume through a stream, a network and a secret.
require 'libvirt'

c = Libvirt.open('qemu:///system')
puts [c.type, c.alive?, c.encrypted?, c.secure?, c.node_info.cpus > 0].join(' ')
d = c.define_domain_xml(File.read('guest.xml'))
puts c.list_defined_domains.inspect
d.create
puts [d.name, d.info.state, d.info.max_mem, d.info.nr_virt_cpu, d.persistent?, d.active?].join(' ')
d.suspend
puts d.state.inspect
d.resume
puts d.state.inspect
s = d.snapshot_create_xml('<domainsnapshot><name>one</name></domainsnapshot>')
puts [d.num_of_snapshots, d.list_snapshots.inspect, s.name, d.current_snapshot.name].join(' ')
d.revert_to_snapshot(s)
s.delete
puts d.num_of_snapshots
puts [d.blockinfo('vda').capacity, d.block_stats('vda').rd_bytes >= 0, d.memory_stats.empty?].join(' ')
puts d.vcpus.length, d.max_vcpus, d.os_type, d.autostart?
n = c.define_network_xml("<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>")
n.create
puts [n.bridge_name, n.active?, c.list_networks.inspect, n.autostart?].join(' ')
n.destroy
n.undefine
p = c.create_storage_pool_xml("<pool type='dir'><name>pool</name><target><path>#{Dir.pwd}</path></target></pool>")
v = p.create_volume_xml('<volume><name>v</name><capacity>65536</capacity></volume>')
data = 'ruby' * 16384
up = c.stream
v.upload(up, 0, 65536)
rest = data.dup
up.sendall { |_opaque, size| part = rest.slice!(0, size); [part.bytesize, part] }
up.finish
down = c.stream
v.download(down, 0, 65536)
back = +''
down.recvall { |part, _opaque| back << part; part.bytesize }
down.finish
puts ['volume', back == data, v.info.capacity, p.list_volumes.include?('v')].join(' ')
v.delete
p.destroy
x = c.define_secret_xml("<secret private='no'><usage type='volume'><volume>/v</volume></usage></secret>")
x.value = 'geheim'
puts [x.value, x.usagetype, x.usageid].join(' ')
x.undefine
begin
  c.lookup_domain_by_name('none')
rescue Libvirt::RetrieveError => e
  puts [e.libvirt_code, e.libvirt_component, e.libvirt_message].join(' ')
end
d.destroy
d.undefine
puts c.num_of_domains, c.num_of_defined_domains, c.closed?
c.close
