# Sourced by the scripts, after which the current folder is the root of the checkout.

say() { printf 'inkling: %s\n' "$*" >&2; }

# fail MESSAGE [WHAT TO DO]...
fail() {
  printf 'inkling: error: %s\n' "$1" >&2
  shift
  if (($#)); then printf '  %s\n' "$@" >&2; fi
  exit 1
}

# How many compilers may run at once: one a processor, and 2 GB of memory each.
build_jobs() {
  local jobs memory limit
  jobs=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || true)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < ${memory:-limit})); then
    memory=$((limit / 1048576))
  fi
  if [[ -n $memory ]] && ((memory / 2000 < jobs)); then jobs=$((memory / 2000)); fi
  echo $((jobs > 0 ? jobs : 1))
}

# free_megabytes FOLDER
free_megabytes() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }
