"""Manage domains: their definitions, their life, their devices and their tuning."""

TITLE = "Domain Management"
ORDER = tuple(
    """
    attach-device attach-disk attach-interface autostart blkdeviotune domthrottlegroupset
    domthrottlegroupdel domthrottlegroupinfo domthrottlegrouplist blkiotune blockcommit blockcopy
    blockjob blockpull blockresize change-media console cpu-stats create define desc destroy
    detach-device detach-device-alias detach-disk detach-interface domdisplay domfsfreeze domfsthaw
    domfsinfo domfstrim domhostname domid domifannounce domif-setlink domiftune domjobabort
    domjobinfo domlaunchsecinfo domsetlaunchsecstate domname domrename dompmsuspend dompmwakeup
    domuuid domxml-from-native domxml-to-native dump dumpxml edit get-user-sshkeys inject-nmi
    iothreadinfo iothreadpin iothreadadd iothreadset iothreaddel send-key send-process-signal
    lxc-enter-namespace managedsave managedsave-remove managedsave-edit managedsave-dumpxml
    managedsave-define memtune perf metadata migrate migrate-setmaxdowntime migrate-getmaxdowntime
    migrate-compcache migrate-setspeed migrate-getspeed migrate-postcopy numatune qemu-attach
    qemu-monitor-command qemu-monitor-event qemu-agent-command guest-agent-timeout reboot reset
    restore resume save save-image-define save-image-dumpxml save-image-edit schedinfo screenshot
    set-lifecycle-action set-user-sshkeys set-user-password setmaxmem setmem setvcpus shutdown start
    suspend ttyconsole undefine update-device update-memory-device vcpucount vcpuinfo vcpupin
    emulatorpin vncdisplay guestvcpus setvcpu domblkthreshold guestinfo domdirtyrate-calc
    dom-fd-associate domdisplay-reload
    """.split()  # noqa: SIM905 - 116 names read better so
)
"""The order in which help lists the commands; one that is not named here comes after them."""
