How many CPUs there are, where they run and where they may.

$ vsh vcpucount test
maximum      config         2
maximum      live           2
current      config         2
current      live           2

$ vsh vcpucount test --live --maximum
2

$ vsh "setvcpus test 1; vcpucount test --live"

1

$ vsh setvcpus test 0

error: Can't set 0 processors for a VM
[1]
$ vsh setvcpus test 2 --maximum

error: Option --config is required by option --maximum
[1]
$ vsh "vcpupin test 0 0-1,3; vcpupin test"

 VCPU   CPU Affinity
----------------------
 0      0-1,3
 1      0-7

$ vsh vcpupin test 0 7-1

error: Invalid cpulist '7-1'
error: invalid argument: Failed to parse bitmap '7-1'
[1]
$ vsh vcpupin test 0 2000

error: Invalid cpulist '2000'
error: invalid argument: Failed to parse bitmap '2000'
[1]
$ vsh vcpupin test --cpulist 1

error: vcpupin: Missing vCPU number in pin mode.
[1]
$ vsh "emulatorpin test; emulatorpin test 0,2; emulatorpin test"
emulator: CPU Affinity
----------------------------------
       *: 0-7


emulator: CPU Affinity
----------------------------------
       *: 0,2

$ vsh --format json vcpupin test
[
  {
    "vcpu": 0,
    "affinity": [
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7
    ]
  },
  {
    "vcpu": 1,
    "affinity": [
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7
    ]
  }
]
$ vsh iothreadadd test 0

error: Invalid IOThread id value: '0'
[1]
$ vsh "iothreadadd test 4; iothreadinfo test; iothreadset test 4"

 IOThread ID   CPU Affinity
-----------------------------
 4             0-1


error: Not enough arguments passed, nothing to set
[1]
$ vsh setvcpu test 1

error: one of --enable, --disable is required
[1]
