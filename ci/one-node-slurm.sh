# Sourced by ci/slurm: a Slurm of one node on loopback, with a key, configuration and folders of its own in $slurm.
#
# start_slurm TASKS    as many tasks as that fit on the node, however many cores it has
# stop_slurm           by the daemons' pid files

: "${slurm:?the sourcing script says where Slurm keeps its files}"
export SLURM_CONF=$slurm/slurm.conf

start_slurm() {
  local host
  host=$(hostname -s)
  mkdir -p "$slurm"/{munge,state,spool}
  dd if=/dev/urandom of="$slurm/munge/key" bs=1024 count=1 status=none
  chmod 700 "$slurm/munge" && chmod 400 "$slurm/munge/key"
  chown -R munge: "$slurm/munge"
  chmod 755 "$slurm" # others reach the socket, which asks who they are
  chmod 711 "$slurm/munge"
  cat >"$SLURM_CONF" <<CONF
ClusterName=ci
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$((20000 + $$ % 10000))
SlurmdPort=$((30000 + $$ % 10000))
AuthType=auth/munge
AuthInfo=socket=$slurm/munge/socket
CredType=cred/munge
MpiDefault=pmix
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
ReturnToService=2
SlurmdParameters=config_overrides
MinJobAge=3600
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$1 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES State=UP
CONF
  runuser -u munge -- munged --key-file="$slurm/munge/key" --socket="$slurm/munge/socket" \
    --pid-file="$slurm/munge/pid" --log-file="$slurm/munge/log" --seed-file="$slurm/munge/seed" --force
  slurmctld
  sleep 2
  slurmd
  for _ in $(seq 30); do
    [ "$(sinfo --noheader --format=%T 2>/dev/null)" != idle ] || return 0
    sleep 1
  done
  echo "ci/slurm: the node does not become idle: $(sinfo --noheader --format='%T %E' 2>&1)" >&2
  tail -n 20 "$slurm"/*.log >&2
  return 1
}

stop_slurm() {
  local file
  for file in slurmd slurmctld munge/; do
    file=$slurm/${file}
    file=${file%/}
    [ -d "$file" ] && file=$file/pid || file=$file.pid
    if [ -s "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
  done
  sleep 1
}
