Secrets, on a hypervisor that has none.
$ vsh "secret-list; secret-list --private; secret-dumpxml nothing; secret-dumpxml 00000000-0000-4000-8000-000000000001"




error: Failed to count secrets
error: this function is not supported by the connection driver: virConnectNumOfSecrets
error: Filtering is not supported by this libvirt
error: failed to get secret 'nothing'
error: uuidstr in virSecretLookupByUUIDString must be a valid UUID
error: failed to get secret '00000000-0000-4000-8000-000000000001'
error: this function is not supported by the connection driver: virSecretLookupByUUID
[1]
$ vsh secret-set-value 00000000-0000-4000-8000-000000000001 --base64 YQ== --file f

error: Options --file and --base64 are mutually exclusive
[1]
