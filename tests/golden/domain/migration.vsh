What is checked before a guest migrates; the drivers here cannot do it.
$ vsh "migrate test test:///default --live --offline; migrate test test:///default --copy-storage-all --copy-storage-inc; migrate test test:///default --postcopy-after-precopy; migrate test test:///default --tls-destination x; migrate test test:///default --persistent-xml x"





error: Options --live and --offline are mutually exclusive
error: Options --copy-storage-all and --copy-storage-inc are mutually exclusive
error: Option --postcopy is required by option --postcopy-after-precopy
error: Option --tls is required by option --tls-destination
error: Option --persistent is required by option --persistent-xml
[1]
$ vsh "migrate test test:///default --timeout 5; migrate test test:///default --live --timeout-suspend; migrate nothing test:///default; migrate test test:///default --bandwidth x"




error: migrate: Unexpected timeout for offline migration
error: migrate: Unexpected --timeout-* option without --timeout
error: failed to get domain 'nothing'
error: Numeric value 'x' for <bandwidth> option is malformed or out of range
[1]
$ vsh "migrate test test:///default; migrate test test:///default --dname other --bandwidth 5; migrate test test:///default --compressed --comp-methods xbzrle"



error: this function is not supported by the connection driver: virDomainMigrate3
error: this function is not supported by the connection driver: virDomainMigrate3
error: argument unsupported: Migration APIs with extensible parameters are not supported but extended parameters were passed
[1]
$ vsh "migrate test test:///default --xml nosuch; migrate test test:///default --copy-storage-synchronous-writes; migrate test test:///default --migrate-disks vda; migrate test test:///default --change-protection"




error: cannot read file 'nosuch'
error: Failed to open file 'nosuch': No such file or directory
error: '--copy-storage-synchronous-writes' requires one of '--copy-storage-all', '--copy-storage-inc'
error: '--migrate-disks' requires one of '--copy-storage-all', '--copy-storage-inc'
error: argument unsupported: cannot enforce change protection
[1]
