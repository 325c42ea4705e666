What the shell itself does: words, folders, connections, and what virsh says of them.
$ vsh "echo --shell a 'b c' ; echo --xml '<a>'; echo one two"
a 'b c'
&lt;a&gt;
one two
$ vsh "cd /; pwd; cd /nowhere; pwd"

/


/

error: cd: No such file or directory: /nowhere
$ vsh uri
test:///default

$ vsh "connect test:///default --readonly; undefine test"


error: Failed to undefine domain 'test'
error: operation forbidden: read only access prevents virDomainUndefineFlags
[1]
$ virsh "echo hello; quit; echo unreachable"
hello
$ virsh "cd /; pwd"

/

$ vsh "nothing-like-this"
error: unknown command: 'nothing-like-this'
[1]
$ virsh "nothing-like-this"
error: unknown command: 'nothing-like-this'
[1]
$ vsh "complete -- domst"
domstate
domstats

$ vsh quit extra
error: unexpected data 'extra'
[1]
$ vsh "echo a; uri; exit"
a
test:///default

