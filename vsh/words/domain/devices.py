"""A domain's devices: changes, consoles, keys, signals."""

from vsh.words import Enumeration, Flags


class KeycodeSet(Enumeration, prefix="VIR_KEYCODE_SET_"):
    """Sets of key codes."""

    LINUX = 0
    XT = 1
    ATSET1 = 2
    ATSET2 = 3
    ATSET3 = 4
    OSX = 5
    XT_KBD = 6
    USB = 7
    WIN32 = 8
    QNUM = 9


class DomainProcessSignal(Enumeration, prefix="VIR_DOMAIN_PROCESS_SIGNAL_"):
    """Signals, numbered as in Linux."""

    NOP = 0
    HUP = 1
    INT = 2
    QUIT = 3
    ILL = 4
    TRAP = 5
    ABRT = 6
    BUS = 7
    FPE = 8
    KILL = 9
    USR1 = 10
    SEGV = 11
    USR2 = 12
    PIPE = 13
    ALRM = 14
    TERM = 15
    STKFLT = 16
    CHLD = 17
    CONT = 18
    STOP = 19
    TSTP = 20
    TTIN = 21
    TTOU = 22
    URG = 23
    XCPU = 24
    XFSZ = 25
    VTALRM = 26
    PROF = 27
    WINCH = 28
    POLL = 29
    PWR = 30
    SYS = 31
    RT0 = 32
    RT1 = 33
    RT2 = 34
    RT3 = 35
    RT4 = 36
    RT5 = 37
    RT6 = 38
    RT7 = 39
    RT8 = 40
    RT9 = 41
    RT10 = 42
    RT11 = 43
    RT12 = 44
    RT13 = 45
    RT14 = 46
    RT15 = 47
    RT16 = 48
    RT17 = 49
    RT18 = 50
    RT19 = 51
    RT20 = 52
    RT21 = 53
    RT22 = 54
    RT23 = 55
    RT24 = 56
    RT25 = 57
    RT26 = 58
    RT27 = 59
    RT28 = 60
    RT29 = 61
    RT30 = 62
    RT31 = 63
    RT32 = 64


class DomainGraphicsReloadType(Enumeration, prefix="VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_"):
    """Kinds of graphics whose certificates can be loaded again."""

    ANY = 0
    VNC = 1


class DomainDeviceModify(Flags, prefix="VIR_DOMAIN_DEVICE_MODIFY_"):
    """Where to change a device, and whether by force."""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    FORCE = 4


class DomainConsole(Flags, prefix="VIR_DOMAIN_CONSOLE_"):
    """Whether to take a console from someone else."""

    FORCE = 1
    SAFE = 2


class DomainChannel(Flags, prefix="VIR_DOMAIN_CHANNEL_"):
    """Whether to take a channel from someone else."""

    FORCE = 1


class DomainOpenGraphics(Flags, prefix="VIR_DOMAIN_OPEN_GRAPHICS_"):
    """Whether the client has to authenticate."""

    SKIPAUTH = 1


class DomainFDAssociate(Flags, prefix="VIR_DOMAIN_FD_ASSOCIATE_"):
    """How the files are labelled."""

    SECLABEL_RESTORE = 1
    SECLABEL_WRITABLE = 2
