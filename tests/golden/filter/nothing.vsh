Network filters, on a hypervisor that has none.
$ cat > filter.xml
<filter name='f'/>
$ vsh "nwfilter-list; nwfilter-define filter.xml; nwfilter-define filter.xml --validate; nwfilter-dumpxml f"




error: Failed to count network filters
error: this function is not supported by the connection driver: virConnectNumOfNWFilters
error: Failed to define network filter from filter.xml
error: this function is not supported by the connection driver: virNWFilterDefineXML
error: Failed to define network filter from filter.xml
error: this function is not supported by the connection driver: virNWFilterDefineXMLFlags
error: failed to get nwfilter 'f'
error: this function is not supported by the connection driver: virNWFilterLookupByName
[1]
$ vsh "nwfilter-binding-list; nwfilter-binding-create filter.xml; nwfilter-binding-delete p"



error: Failed to list network filter bindings
error: this function is not supported by the connection driver: virConnectListAllNWFilterBindings
error: Failed to create network filter from filter.xml
error: this function is not supported by the connection driver: virNWFilterBindingCreateXML
error: failed to get nwfilter binding 'p'
error: this function is not supported by the connection driver: virNWFilterBindingLookupByPortDev
[1]
