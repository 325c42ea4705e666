# OCaml's binding: compiled, then run.
cp "$(dirname "$0")/life.ml" .
ocamlfind ocamlc -package libvirt -linkpkg life.ml -o client && exec ./client
