# Java by JNA: compiled, then run.
jar=/usr/share/java/jna.jar
javac -cp $jar -d . "$(dirname "$0")/Life.java" && exec java -cp $jar:. -Djna.library.path=/usr/lib/x86_64-linux-gnu Life
