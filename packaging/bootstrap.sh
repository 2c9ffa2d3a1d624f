#!/bin/sh
# Makes .venv ready for work and installs what is missing; does nothing when nothing changed.
#
#   packaging/bootstrap.sh [EXTRA ...]     extras of pyproject.toml: dev, cuda
#   PYTHON=/path/to/python3.11             the interpreter to use, if not the one found on PATH
#
# .venv/.setup-stamp is written last: it holds the checksum of pyproject.toml and packaging/constraints.txt
# and the extras that are installed. Package indexes are whatever this machine's pip is configured for.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd -P)
cd "$root"

venv=.venv
stamp=$venv/.setup-stamp
constraints=packaging/constraints.txt
logs=build/setup
started=$(date +%s)
newline='
'

# What Qt needs on Debian and Ubuntu for a window, and a font with Chinese; one of the names after | will do.
qt_libraries="libgl1 libegl1 libdbus-1-3 libfontconfig1 libglib2.0-0|libglib2.0-0t64 libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
    fonts-wqy-microhei|fonts-wqy-zenhei|fonts-noto-cjk|fonts-droid-fallback"

say() {
    printf 'setup: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# One line a phase: its name when it begins, the seconds when it ends.
begin() {
    phase_started=$(date +%s)
    printf 'setup: %s ... ' "$*" >&2
}

end() {
    printf '%s (%s s)\n' "${1:-done}" "$(($(date +%s) - phase_started))" >&2
}

show_log() {
    say "the last 30 lines of $root/$1:"
    tail -n 30 "$1" >&2
}

python_fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1
}

# A Python that Debian splits up may lack ensurepip, and then cannot make virtual environments.
python_makes_venvs() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Sets python: the first fitting interpreter, preferably one that can make virtual environments.
find_python() {
    python=
    seen=
    for candidate in ${PYTHON:-python3.11 python3.12 python3}; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        seen="$seen $candidate=$("$path" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo broken)"
        python_fits "$path" || continue
        if python_makes_venvs "$path"; then
            python=$path
            return
        fi
        python=${python:-$path}
    done
    [ -n "$python" ] || die "Gouache needs Python 3.11 or 3.12 (found:${seen:- none}). Install one," \
        "or name it: make run PYTHON=/path/to/python3.11"
}

venv_works() {
    [ -x $venv/bin/python ] && [ -f $venv/bin/pip ] &&
        $venv/bin/python -I -c 'import sys, pip
sys.exit(sys.prefix == sys.base_prefix or not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1 &&
        grep -qF "$root/$venv/" $venv/bin/pip # else the checkout was moved, and the scripts point to its old place
}

# Prints the Debian packages that are missing; nothing on a system without dpkg.
missing_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    # shellcheck disable=SC2016 # the format is for dpkg-query
    installed=$newline$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p')$newline
    for names in $qt_libraries $1; do
        present=
        for name in $(echo "$names" | tr '|' ' '); do
            case $installed in *"$newline$name$newline"*) present=yes ;; esac
        done
        [ -n "$present" ] || echo "${names%%|*}"
    done
}

have_package_lists() {
    ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1
}

apt_get() {
    if [ "$(id -u)" = 0 ]; then
        set -- apt-get "$@"
    else
        set -- sudo -n env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    fi
    DEBIAN_FRONTEND=noninteractive "$@" -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 </dev/null >>$logs/apt.log 2>&1
}

# Installs Debian packages in one go, with fresh package lists where there are none or they are too old.
apt_install() {
    : >$logs/apt.log
    if have_package_lists; then
        apt_get install -y --no-install-recommends "$@" && return
    fi
    apt_get update
    apt_get install -y --no-install-recommends "$@"
}

system_packages() {
    venv_package=
    if ! $venv_ready && ! python_makes_venvs "$python"; then
        venv_package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        dpkg-query -S "$(readlink -f "$python")" >/dev/null 2>&1 ||
            die "$python has no ensurepip, so it cannot make a virtual environment: install it whole, or name another with PYTHON="
    fi
    missing=$(missing_packages "$venv_package")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # a list of package names
    set -- $missing
    sudo=
    if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null 2>&1; then sudo="sudo "; fi
    line="${sudo}apt-get install -y --no-install-recommends $*"
    have_package_lists || line="${sudo}apt-get update && $line"
    # Where it failed lately and the window alone needs them, it is not tried at each start.
    if [ -z "$venv_package" ] && [ "$missing" = "$(cat $logs/apt.failed 2>/dev/null)" ] &&
        [ -n "$(find $logs/apt.failed -mmin -60)" ]; then
        :
    elif [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1; then
        begin "system packages: $#"
        mkdir -p $logs
        if apt_install "$@"; then
            end
            return
        fi
        end failed
        show_log $logs/apt.log
        echo "$missing" >$logs/apt.failed
    fi
    if [ -n "$venv_package" ] && ! python_makes_venvs "$python"; then
        say "system packages are missing; run this as root, then try again:"
        say "    $line"
        exit 1
    fi
    say "Qt needs system packages for the window (all else works); run this as root:"
    say "    $line"
}

# Where there is no dpkg to ask: says what is missing, if Qt's libraries do not load.
check_qt() {
    if command -v dpkg-query >/dev/null 2>&1 || [ "$(uname -s)" != Linux ]; then
        return 0
    fi
    reason=$($venv/bin/python -c 'import PySide6.QtWidgets' 2>&1 | tail -n 1)
    if [ -z "$reason" ] && command -v ldd >/dev/null 2>&1; then
        reason=$(ldd $venv/lib/python3*/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so 2>/dev/null |
            sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p' | sort -u | tr '\n' ' ')
    fi
    [ -z "$reason" ] || say "Qt may lack system libraries for the window: $reason" \
        "- it needs OpenGL and EGL (libglvnd), D-Bus, fontconfig, GLib, xkbcommon-x11 and xcb's cursor, icccm, keysyms and shape"
}

make_venv() {
    begin "virtual environment ($("$python" -c 'import platform; print("Python", platform.python_version())'))"
    mkdir -p $logs
    rm -rf $venv
    if ! "$python" -m venv $venv </dev/null >$logs/venv.log 2>&1; then
        end failed
        show_log $logs/venv.log
        exit 1
    fi
    end
}

# An install that was cut off leaves distributions without RECORD, which pip takes for installed,
# and folders that it had moved out of the way.
repair_venv() {
    for dist in "$venv"/lib/python3*/site-packages/*.dist-info; do
        [ -f "$dist/RECORD" ] || [ ! -d "$dist" ] || rm -rf "$dist"
    done
    rm -rf "$venv"/lib/python3*/site-packages/~*
}

pip_install() {
    PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 $venv/bin/python -m pip install --no-input --progress-bar off \
        -c $constraints "$@" </dev/null >>$logs/pip.log 2>&1
}

install_packages() {
    begin "Python packages${wanted:+ with $wanted} (some 2 GB; log: $logs/pip.log)"
    mkdir -p $logs
    : >$logs/pip.log
    printf 'incomplete\n%s\n' "$had" >$stamp
    repair_venv
    list=$(echo "$wanted" | tr ' ' ',')
    # The build backend first, pinned like the rest, so that no build environment of its own is fetched.
    if ! pip_install setuptools || ! pip_install --no-build-isolation -e ".${list:+[$list]}"; then
        end failed
        show_log $logs/pip.log
        say "run the same command again: what is installed already is kept"
        exit 1
    fi
    if grep 'does not provide the extra' $logs/pip.log >&2; then
        die "pyproject.toml has no such extra"
    fi
    printf '%s\n%s\n' "$key" "$wanted" >$stamp.new
    mv $stamp.new $stamp
    end
}

# Two runs at once would write over each other.
if command -v flock >/dev/null 2>&1; then
    mkdir -p $logs
    exec 9>$logs/lock
    flock -n 9 || {
        say "another run is setting up; waiting for it"
        flock 9
    }
fi

venv_ready=false
if venv_works; then venv_ready=true; else find_python; fi
system_packages

key=$(cat pyproject.toml $constraints | cksum)
installed_key=
had=
if [ -f $stamp ]; then
    installed_key=$(sed -n 1p $stamp)
    had=$(sed -n 2p $stamp)
fi
if ! $venv_ready; then
    [ ! -e $venv ] || say "$venv does not work here (cut off, moved or without its Python): making it anew"
    make_venv
    installed_key=
fi
# Extras stay once they are installed.
wanted=$(echo "$had $*" | tr ',' ' ' | tr ' ' '\n' | sed '/^$/d' | sort -u | tr '\n' ' ' | sed 's/ $//')
if [ "$installed_key" != "$key" ] || [ "$wanted" != "$had" ]; then
    install_packages
    check_qt
    say "ready in $(($(date +%s) - started)) s"
fi
