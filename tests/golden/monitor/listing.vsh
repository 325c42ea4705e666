Listing domains: in a table, as words, filtered, sorted; running ones by id before the others by name.
$ cat > small.xml
<domain type='test'>
  <name>Small</name>
  <uuid>00000000-0000-4000-8000-000000000011</uuid>
  <title>a small one</title>
  <memory unit='MiB'>64</memory>
  <os><type>hvm</type></os>
</domain>
$ cat > big.xml
<domain type='test'>
  <name>big</name>
  <uuid>00000000-0000-4000-8000-000000000012</uuid>
  <memory unit='GiB'>2</memory>
  <os><type>hvm</type></os>
</domain>
$ vsh "define small.xml; define big.xml; list --all"
Domain 'Small' defined from small.xml

Domain 'big' defined from big.xml

 Id   Name    State
------------------------
 1    test    running
 -    big     shut off
 -    Small   shut off

$ vsh "define small.xml; define big.xml; list --inactive --title"
Domain 'Small' defined from small.xml

Domain 'big' defined from big.xml

 Id   Name    State      Title
--------------------------------------
 -    big     shut off   
 -    Small   shut off   a small one

$ vsh "define small.xml; list --all --table --uuid; list --all --uuid --title"
Domain 'Small' defined from small.xml

 Id   Name    State      UUID
---------------------------------------------------------------
 1    test    running    6695eb01-f6a4-8304-79aa-97f2502e193f
 -    Small   shut off   00000000-0000-4000-8000-000000000011

6695eb01-f6a4-8304-79aa-97f2502e193f
00000000-0000-4000-8000-000000000011

$ vsh "define small.xml; list --all --uuid --name; list --all --id; list --all --id --name"
Domain 'Small' defined from small.xml

6695eb01-f6a4-8304-79aa-97f2502e193f test
00000000-0000-4000-8000-000000000011 Small

1

1 test
- Small

$ vsh "create big.xml; list --transient; list --persistent; list --state-paused"
Domain 'big' created from big.xml

 Id   Name   State
----------------------
 2    big    running

 Id   Name   State
----------------------
 1    test   running

 Id   Name   State
--------------------

$ vsh "managedsave test; list --all --managed-save; list --with-managed-save --inactive"

Domain 'test' state saved by libvirt

 Id   Name   State
--------------------
 -    test   saved

 Id   Name   State
-----------------------
 -    test   shut off

$ vsh list --table --id

error: Options --table and --id are mutually exclusive
[1]
$ vsh -q list
 1   test   running
$ vsh --format json "define small.xml; list --all --title"
[
  {
    "done": true,
    "message": "Domain 'Small' defined from small.xml",
    "domain": "Small",
    "file": "small.xml"
  },
  [
    {
      "id": "1",
      "name": "test",
      "state": "running",
      "title": null,
      "uuid": "6695eb01-f6a4-8304-79aa-97f2502e193f",
      "persistent": true,
      "autostart": false,
      "vcpus": 2,
      "memory_bytes": 2147483648,
      "max_memory_bytes": 8589934592
    },
    {
      "id": null,
      "name": "Small",
      "state": "shut off",
      "title": "a small one",
      "uuid": "00000000-0000-4000-8000-000000000011",
      "persistent": true,
      "autostart": false,
      "vcpus": 1,
      "memory_bytes": 67108864,
      "max_memory_bytes": 67108864
    }
  ]
]
$ vsh --format json list --all --id --name
[
  {
    "id": "1",
    "name": "test",
    "state": "running",
    "uuid": "6695eb01-f6a4-8304-79aa-97f2502e193f",
    "persistent": true,
    "autostart": false,
    "title": null,
    "vcpus": 2,
    "memory_bytes": 2147483648,
    "max_memory_bytes": 8589934592
  }
]
