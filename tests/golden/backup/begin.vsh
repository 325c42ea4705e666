Backups, on a hypervisor that has none.
$ vsh "backup-begin test; backup-begin test missing.xml; backup-dumpxml test"



error: this function is not supported by the connection driver: virDomainBackupBegin
error: Failed to open file 'missing.xml': No such file or directory
error: this function is not supported by the connection driver: virDomainBackupGetXMLDesc
[1]
