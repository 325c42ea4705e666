// Java by JNA: libvirt's C library called as libvirt-java's classes do, with an event and a stream.
import com.sun.jna.*;
import com.sun.jna.ptr.*;
import java.nio.file.*;
import java.util.*;

public class Life {
    public interface LifecycleCallback extends Callback {
        int call(Pointer connection, Pointer domain, int event, int detail, Pointer opaque);
    }

    public interface ErrorCallback extends Callback {
        void call(Pointer opaque, Pointer error);
    }

    @Structure.FieldOrder({"state", "maxMem", "memory", "nrVirtCpu", "cpuTime"})
    public static class Info extends Structure {
        public byte state;
        public NativeLong maxMem, memory;
        public short nrVirtCpu;
        public long cpuTime;
    }

    public interface Libvirt extends Library {
        Libvirt LIBRARY = Native.load("virt", Libvirt.class);
        int virEventRegisterDefaultImpl();
        int virEventRunDefaultImpl();
        void virSetErrorFunc(Pointer opaque, ErrorCallback callback);
        Pointer virConnectOpen(String uri);
        String virConnectGetType(Pointer connection);
        int virConnectClose(Pointer connection);
        int virConnectListAllDomains(Pointer connection, PointerByReference found, int flags);
        int virConnectDomainEventRegisterAny(Pointer connection, Pointer domain, int id, Callback callback, Pointer opaque, Pointer free);
        Pointer virDomainDefineXML(Pointer connection, String xml);
        Pointer virDomainLookupByName(Pointer connection, String name);
        String virDomainGetName(Pointer domain);
        int virDomainCreate(Pointer domain);
        int virDomainDestroy(Pointer domain);
        int virDomainUndefine(Pointer domain);
        int virDomainSuspend(Pointer domain);
        int virDomainResume(Pointer domain);
        int virDomainGetState(Pointer domain, IntByReference state, IntByReference reason, int flags);
        int virDomainGetInfo(Pointer domain, Info info);
        Pointer virDomainSnapshotCreateXML(Pointer domain, String xml, int flags);
        int virDomainSnapshotNum(Pointer domain, int flags);
        int virDomainRevertToSnapshot(Pointer snapshot, int flags);
        int virDomainSnapshotDelete(Pointer snapshot, int flags);
        int virDomainOpenConsole(Pointer domain, String device, Pointer stream, int flags);
        Pointer virStreamNew(Pointer connection, int flags);
        int virStreamSend(Pointer stream, byte[] data, NativeLong size);
        int virStreamRecv(Pointer stream, byte[] data, NativeLong size);
        int virStreamAbort(Pointer stream);
        String virGetLastErrorMessage();
        int virGetLastErrorCode();
        int virGetLastErrorDomain();
    }

    static int good(int result) {
        if (result < 0) throw new RuntimeException(Libvirt.LIBRARY.virGetLastErrorMessage());
        return result;
    }

    static Pointer good(Pointer result) {
        if (result == null) throw new RuntimeException(Libvirt.LIBRARY.virGetLastErrorMessage());
        return result;
    }

    public static void main(String[] words) throws Exception {
        Libvirt v = Libvirt.LIBRARY;
        ErrorCallback silent = (opaque, error) -> {};
        v.virSetErrorFunc(null, silent);
        good(v.virEventRegisterDefaultImpl());
        Pointer c = good(v.virConnectOpen("qemu:///system"));
        Set<String> told = new TreeSet<>();
        LifecycleCallback listener = (connection, domain, event, detail, opaque) -> {
            told.add(event + "/" + detail);
            return 0;
        };
        good(v.virConnectDomainEventRegisterAny(c, null, 0, listener, null, null));
        System.out.println(v.virConnectGetType(c));
        Pointer d = good(v.virDomainDefineXML(c, Files.readString(Path.of("guest.xml"))));
        good(v.virDomainCreate(d));
        Info info = new Info();
        good(v.virDomainGetInfo(d, info));
        System.out.println(v.virDomainGetName(d) + " " + info.state + " " + info.maxMem + " " + info.nrVirtCpu);
        System.out.println(good(v.virConnectListAllDomains(c, null, 1)));
        IntByReference state = new IntByReference(), reason = new IntByReference();
        good(v.virDomainSuspend(d));
        good(v.virDomainGetState(d, state, reason, 0));
        System.out.println(state.getValue() + " " + reason.getValue());
        good(v.virDomainResume(d));
        Pointer s = good(v.virDomainSnapshotCreateXML(d, "<domainsnapshot><name>one</name></domainsnapshot>", 0));
        System.out.println(good(v.virDomainSnapshotNum(d, 0)));
        good(v.virDomainRevertToSnapshot(s, 0));
        good(v.virDomainSnapshotDelete(s, 0));
        Pointer stream = good(v.virStreamNew(c, 0));
        good(v.virDomainOpenConsole(d, null, stream, 0));
        byte[] bytes = new byte[100];
        String seen = "";
        while (!seen.contains("xyz")) {
            good(v.virStreamSend(stream, "xyz".getBytes(), new NativeLong(3)));
            int n = good(v.virStreamRecv(stream, bytes, new NativeLong(bytes.length)));
            seen += new String(bytes, 0, n);
        }
        System.out.println("console xyz");
        good(v.virStreamAbort(stream));
        System.out.println(v.virDomainLookupByName(c, "none") + " " + v.virGetLastErrorCode() + " " + v.virGetLastErrorDomain() + " " + v.virGetLastErrorMessage());
        good(v.virDomainDestroy(d));
        for (int turn = 0; turn < 1000 && !told.contains("5/1"); turn++) v.virEventRunDefaultImpl();
        System.out.println(told);
        good(v.virDomainUndefine(d));
        System.out.println(good(v.virConnectListAllDomains(c, null, 0)));
    }
}
