Waiting for what does not come; what can be waited for.
$ vsh event --event lifecycle --timeout 1
event loop timed out
events received: 0

[1]
$ vsh event --list --all

error: Options --list and --all are mutually exclusive
[1]
$ vsh event nothing --event lifecycle

error: failed to get domain 'nothing'
[1]
$ vsh event --event nothing --all

error: Options --all and --event are mutually exclusive
[1]
$ vsh event --event nothing

error: unknown event type nothing
[1]
$ vsh event test

error: one of --list, --all, or --event <type> is required
[1]
$ vsh await test --condition domain-inactive --timeout 1
event loop timed out

[2]
$ vsh "destroy test; await test --condition domain-inactive"
Domain 'test' destroyed


$ vsh await test --condition rain

error: Unsupported await condition name 'rain'
[1]
$ vsh await test --condition domain-inactive --timeout 0

error: Numeric value '0' for <timeout> option is malformed or out of range
[1]
$ vsh net-event --list
lifecycle
metadata-change

$ vsh pool-event --list
lifecycle
refresh

$ vsh nodedev-event --list
lifecycle
update

$ vsh secret-event --list
lifecycle
value-changed

$ vsh nodedev-event --event lifecycle --timeout 1
event loop timed out
events received: 0

[1]
$ vsh net-event

error: either --list or --event <type> is required
[1]
