"""A private PostgreSQL, for measurements. Needs PostgreSQL's programs."""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Database:
    """A private PostgreSQL, on a socket of its own, with these settings. It refuses to be root's."""

    def __init__(self, **settings):
        places = [os.path.dirname(found) for found in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
        initdb = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *sorted(places)]))
        if not initdb:
            sys.exit("PostgreSQL's programs are not found")
        self.bin, self.home = os.path.dirname(os.path.realpath(initdb)), tempfile.mkdtemp(prefix="hedgerow-pg-", dir="/tmp")
        self.prefix = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.home, user.pw_uid, user.pw_gid)
            self.prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        data, log = f"{self.home}/data", subprocess.DEVNULL
        subprocess.run([*self.prefix, initdb, "-D", data, "-U", "hedgerow", "-A", "trust", "--no-sync", "--encoding=UTF8", "--no-locale"],
                       cwd="/", stdout=log, check=True)
        arguments = ["-D", data, "-k", self.home, "-h", "", "-c", "max_connections=100"]
        arguments += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.process = subprocess.Popen([*self.prefix, f"{self.bin}/postgres", *arguments], cwd="/", stdout=log, stderr=log)
        while not os.path.exists(f"{self.home}/.s.PGSQL.5432"):
            time.sleep(0.1)

    def url(self, database):
        return f"postgres://hedgerow@localhost/{database}?host={self.home}"

    def ask(self, database, query):
        command = [f"{self.bin}/psql", "-XqAt", "-U", "hedgerow", "-h", self.home, "-d", database, "-c", query]
        for _ in range(100):
            told = subprocess.run(command, capture_output=True, text=True)
            if told.returncode == 0:
                return told.stdout.strip()
            time.sleep(0.1)
        sys.exit(told.stderr)

    def cpu(self):
        """Seconds of the server, its backends and those that have ended."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        return sum(cpu(self.process.pid)) + sum(sum(cpu(child)) for child in children)

    def stop(self):
        self.process.send_signal(2)
        self.process.wait()
        shutil.rmtree(self.home)


def cpu(pid):
    """Seconds of CPU of a process, and of the children that it has waited for."""
    try:
        fields = [int(ticks) / TICKS for ticks in open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:15]]
    except FileNotFoundError:
        return 0, 0
    return fields[0] + fields[1], fields[2] + fields[3]
