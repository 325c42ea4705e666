Displays and consoles of a guest.
$ cat > shown.xml
<domain type='test'>
  <name>shown</name>
  <memory>1024</memory>
  <os><type>hvm</type></os>
  <devices>
    <graphics type='vnc' port='5907' listen='::1' passwd='sesame'/>
    <graphics type='spice' port='5930' tlsPort='5931' listen='0.0.0.0'/>
  </devices>
</domain>
$ vsh "create shown.xml; domdisplay shown; domdisplay shown --all; domdisplay shown --type spice; domdisplay shown --type rdp; domdisplay shown --type vnc --include-password; vncdisplay shown"
Domain 'shown' created from shown.xml

vnc://[::1]:7
vnc://[::1]:7
spice://localhost:5930?tls-port=5931

spice://localhost:5930?tls-port=5931

vnc://:sesame@[::1]:7
::1:7

error: No graphical display with type 'rdp' found
$ vsh "domdisplay test; domdisplay test --all --type vnc; vncdisplay test; ttyconsole test; domdisplay-reload test"





error: No graphical display found
error: Options --all and --type are mutually exclusive
error: Failed to get VNC port. Is this domain using VNC?
error: this function is not supported by the connection driver: virDomainGraphicsReload
[1]
$ vsh "destroy test; domdisplay test; vncdisplay test; console test"
Domain 'test' destroyed




error: Domain is not running
error: Domain is not running
error: The domain is not running
[1]
$ vsh "create shown.xml; console shown"
Domain 'shown' created from shown.xml


error: Cannot run interactive console without a controlling TTY
[1]
