# Ansible: community.libvirt makes a network, a pool and a guest, twice (nothing changes the second time), and takes them away.
export ANSIBLE_NOCOLOR=1 ANSIBLE_LOCAL_TEMP=$PWD/local ANSIBLE_REMOTE_TEMP=$PWD/remote ANSIBLE_DEPRECATION_WARNINGS=0
export ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3 ANSIBLE_LOCALHOST_WARNING=0
sed -i "s#<memory #<uuid>11111111-2222-4333-8444-555555555555</uuid>&#" guest.xml
cat >play.yml <<YAML
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    community.libvirt.virt: {uri: 'qemu:///system'}
    community.libvirt.virt_net: {uri: 'qemu:///system'}
    community.libvirt.virt_pool: {uri: 'qemu:///system'}
  tasks:
    - community.libvirt.virt_net:
        command: define
        name: net
        xml: "<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.9' end='192.0.2.20'/></dhcp></ip></network>"
    - community.libvirt.virt_net: {state: active, name: net}
    - community.libvirt.virt_net: {autostart: true, name: net}
    - community.libvirt.virt_net:
        command: modify
        name: net
        xml: "<host mac='52:54:00:00:00:09' name='nine' ip='192.0.2.19'/>"
    - community.libvirt.virt_net: {command: info, name: net}
      register: nets
    - debug: {msg: "{{ nets.networks.net.bridge }} {{ nets.networks.net.state }} {{ nets.networks.net.autostart }}"}
    - community.libvirt.virt_net: {command: facts}
    - debug: {var: ansible_libvirt_networks.net.bridge}
    - community.libvirt.virt_pool:
        command: define
        name: pool
        xml: "<pool type='dir'><name>pool</name><target><path>$PWD/pool</path></target></pool>"
    - community.libvirt.virt_pool: {command: build, name: pool}
      when: not again
    - community.libvirt.virt_pool: {state: active, name: pool}
    - community.libvirt.virt_pool: {autostart: true, name: pool}
    - community.libvirt.virt_pool: {command: info, name: pool}
      register: pools
    - debug: {msg: "{{ pools.pools.pool.path }} {{ pools.pools.pool.status }}"}
    - community.libvirt.virt:
        command: define
        xml: "{{ lookup('file', 'guest.xml') }}"
    - community.libvirt.virt: {name: guest, state: running}
    - community.libvirt.virt: {name: guest, command: status}
      register: status
    - debug: {var: status.status}
    - community.libvirt.virt: {name: guest, command: info}
      register: info
    - debug: {msg: "{{ info.guest.state }} {{ info.guest.maxMem }} {{ info.guest.nrVirtCpu }} {{ info.guest.autostart }}"}
    - community.libvirt.virt: {name: guest, autostart: true}
    - community.libvirt.virt: {command: list_vms}
      register: all
    - debug: {var: all.list_vms}
    - community.libvirt.virt: {command: list_vms, state: running}
    - community.libvirt.virt: {name: guest, command: get_xml}
    - community.libvirt.virt: {name: guest, state: paused}
    - community.libvirt.virt: {name: guest, command: unpause}
    - community.libvirt.virt: {command: nodeinfo}
    - community.libvirt.virt: {command: virttype}
YAML
cat >end.yml <<YAML
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - community.libvirt.virt: {name: guest, state: destroyed, uri: 'qemu:///system'}
    - community.libvirt.virt: {name: guest, command: undefine, uri: 'qemu:///system'}
    - community.libvirt.virt: {name: none, state: running, uri: 'qemu:///system'}
      ignore_errors: true
    - community.libvirt.virt_pool: {name: pool, state: inactive, uri: 'qemu:///system'}
    - community.libvirt.virt_pool: {name: pool, state: undefined, uri: 'qemu:///system'}
    - community.libvirt.virt_net: {name: net, state: inactive, uri: 'qemu:///system'}
    - community.libvirt.virt_net: {name: net, state: absent, uri: 'qemu:///system'}
YAML
cat >inventory.yml <<YAML
plugin: community.libvirt.libvirt
uri: qemu:///system
YAML
said() { grep -vE '^$' | sed -E 's/\*+//; s/ +$//; s/[0-9]+:[0-9]+:[0-9.]+//; s#File "[^"]*"#File#; s/line [0-9]+/line/'; }
ansible-playbook -i localhost, -e '{"again": false}' play.yml 2>&1 | said
ansible-playbook -i localhost, -e '{"again": true}' play.yml 2>&1 | said
ANSIBLE_INVENTORY_ENABLED=community.libvirt.libvirt ansible-inventory -i inventory.yml --list 2>&1 | grep -vE 'uuid|cpu_time|cpuTime|"id"|memory'
ansible-playbook -i localhost, end.yml 2>&1 | said
