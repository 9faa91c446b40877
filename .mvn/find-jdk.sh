# Sourced by ./spoor and ./mvnw: sets JAVA_HOME to a JDK 25 or newer, wherever the usual installers put one.
# Order: JAVA_HOME, the javac on PATH, then the usual folders. A JAVA_HOME that is too old is passed over.
_spoor_version() {
    [ -x "$1/bin/javac" ] && sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}
_spoor_try() {
    _spoor_v="$(_spoor_version "$1")"
    [ -n "$_spoor_v" ] && [ "$_spoor_v" -ge 25 ]
}
_spoor_find() {
    if [ -n "${JAVA_HOME:-}" ] && _spoor_try "$JAVA_HOME"; then return 0; fi
    _spoor_javac="$(command -v javac 2>/dev/null || true)"
    if [ -n "$_spoor_javac" ]; then
        _spoor_javac="$(readlink -f "$_spoor_javac" 2>/dev/null || echo "$_spoor_javac")"
        _spoor_home="${_spoor_javac%/bin/javac}"
        if _spoor_try "$_spoor_home"; then JAVA_HOME="$_spoor_home"; return 0; fi
    fi
    for _spoor_home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if _spoor_try "$_spoor_home"; then JAVA_HOME="$_spoor_home"; return 0; fi
    done
    return 1
}
case $- in *f*) set +f; _spoor_noglob=yes ;; *) _spoor_noglob=no ;; esac
if _spoor_find; then
    export JAVA_HOME
else
    echo "Spoor needs a JDK 25 or newer, and none was found in JAVA_HOME, on PATH or in the usual folders." >&2
    echo "Install one (for example a Temurin 25 package) or set JAVA_HOME to it, and run this again." >&2
    exit 1
fi
[ "$_spoor_noglob" = no ] || set -f
