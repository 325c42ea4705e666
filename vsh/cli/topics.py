"""Help about more than one command: formats, keys, URIs, exit statuses."""

from __future__ import annotations

TOPICS = {
    "formats": (
        "Formats",
        """\
--format, the setting format and VSH_FORMAT choose how results are shown.

  table  for people; the default on a terminal
  plain  byte for byte what virsh prints; the default elsewhere
  json  raw values: bytes, nanoseconds, words as they are
  yaml  the same values
  csv  a header and rows
  ndjson  one line of JSON for each result, with its command

For programs every command has one shape, whatever its options, with keys of one dictionary:
'schema COMMAND' prints it as JSON Schema. What was done gives done, message, and to what (domain,
pool, volume ...); XML documents are text (xml) and data (document).

These, and -o for --format, stand before or after the command: --columns=KEY,KEY picks keys, of
listings and of fields (+KEY adds one); --sort=KEY sorts by one (-KEY: descending); --where=EXPR
picks rows ("state = running and memory > 4G"); --template='{name} {state}' makes lines;
--no-header leaves the headings out. At the prompt, what goes into | or > is plain unless another
format was chosen.""",
    ),
    "keys": (
        "Keys of the prompt",
        """\
  Tab  complete; again, or the arrows, to walk through the menu
  Up, Down  earlier lines that begin like this one
  Ctrl-R  search in all earlier lines
  Right, Ctrl-E  take the grey suggestion
  F1, ? at the end  help of the command
  F2  match letters anywhere, or only beginnings
  F4  vi or Emacs keys; the setting editing_mode, or inputrc, says which are first
  Alt-Enter  a new line; quotes and a backslash at the end go on by themselves
  Ctrl-C  clear the line, or end the command that runs
  Ctrl-Z  suspend
  Ctrl-D  leave

On a line of its own or after a command: !COMMAND runs a shell command, COMMAND | SHELL sends
output to one, > FILE and >> FILE to a file, and <<EOF takes the lines that follow as a file.""",
    ),
    "uris": (
        "Where to connect: vsh -c URI, connect URI",
        """\
  qemu:///system  this host's machines, by its daemon
  qemu:///session  your own machines
  qemu+ssh://HOST/system  another host's, through your ssh
  qemu+tls://HOST/system  the same with certificates; qemu+tcp without
  lxc:///system  containers
  test:///default  a host in memory, to try things out; test:///FILE for one of your own

Without -c it is VSH_DEFAULT_CONNECT_URI, VIRSH_DEFAULT_CONNECT_URI or LIBVIRT_DEFAULT_URI, then
uri_default of libvirt.conf, then what is found. uri_aliases of libvirt.conf are short names.""",
    ),
    "exit-status": (
        "Exit statuses",
        """\
  0  the last command succeeded
  1  it failed; with --fail-fast, the first that failed
  2  await ran out of time, or was interrupted
  3  an import failed, and all of it was undone
  4  an import failed, and could not be undone
  130  Ctrl-C ended vsh""",
    ),
}
"""Name to title and text; a paragraph of indented lines is a list of words and what they are."""
