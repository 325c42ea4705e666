Jobs of a domain, and what a migration may take.
$ vsh "domjobinfo test; domjobinfo test --rawstats; domjobinfo test --keep-completed; domjobabort test; domjobabort test --postcopy"





error: this function is not supported by the connection driver: virDomainGetJobInfo
error: Optional flags or --rawstats are not supported by the daemon
error: this function is not supported by the connection driver: virDomainGetJobStats
error: Option --completed is required by option --keep-completed
error: this function is not supported by the connection driver: virDomainAbortJob
error: this function is not supported by the connection driver: virDomainAbortJobFlags
[1]
$ vsh "migrate-setmaxdowntime test 0; migrate-setmaxdowntime test 100; migrate-getmaxdowntime test; migrate-compcache test --size 5; migrate-getspeed test; migrate-setspeed test -1; migrate-postcopy test"







error: migrate: Invalid downtime
error: this function is not supported by the connection driver: virDomainMigrateSetMaxDowntime
error: this function is not supported by the connection driver: virDomainMigrateGetMaxDowntime
error: this function is not supported by the connection driver: virDomainMigrateSetCompressionCache
error: this function is not supported by the connection driver: virDomainMigrateGetMaxSpeed
error: this function is not supported by the connection driver: virDomainMigrateSetMaxSpeed
error: this function is not supported by the connection driver: virDomainMigrateStartPostCopy
[1]
$ vsh "domdirtyrate-calc test 5 paint; domdirtyrate-calc test; domlaunchsecinfo test; domsetlaunchsecstate test; domsetlaunchsecstate test --secret a --secrethdr b"





error: Unknown calculation mode 'paint'
error: this function is not supported by the connection driver: virDomainStartDirtyRateCalc
error: Unable to get launch security parameters
error: unsupported flags (0x4) in function testDomainGetLaunchSecurityInfo
error: Both secret and the secret header are required
error: Failed to open file 'b': No such file or directory
[1]
