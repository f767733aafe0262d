"""What cloud-init's own data source NoCloud reads from an image, as JSON.

Mounting needs root and a kernel with the file systems, so isoinfo or mcopy takes the files out where cloud-init would mount
the image, and blkid is asked of the image where cloud-init would ask it of all devices. All else is cloud-init's code.
"""

import json
import os
import subprocess
import sys
import tempfile

from cloudinit import dmi, helpers, settings, util
from cloudinit.sources import DataSourceNoCloud

image = sys.argv[1]


def blkid(tag):
    command = ["blkid", "-p", "-o", "value", "-s", tag, image]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def find_devs_with(criteria=None, **_):
    tag, _, value = criteria.partition("=")
    return [image] if blkid(tag) == value else []


def names(kind):
    if kind == "iso9660":
        listed = subprocess.run(["isoinfo", "-R", "-f", "-i", image], check=True, capture_output=True, text=True).stdout
        return [line.strip("/") for line in listed.splitlines()]
    listed = subprocess.run(["mdir", "-b", "-i", image, "::"], check=True, capture_output=True, text=True).stdout
    return [line.removeprefix("::/") for line in listed.splitlines() if line.startswith("::/")]


def mount_cb(device, callback, data=None, **_):
    kind = blkid("TYPE")
    with tempfile.TemporaryDirectory() as folder:
        for name in names(kind):
            take = ["isoinfo", "-R", "-x", f"/{name}", "-i", device]
            if kind == "vfat":
                take = ["mtype", "-i", device, f"::{name}"]
            with open(os.path.join(folder, name), "wb") as file:
                subprocess.run(take, check=True, stdout=file)
        return callback(folder, data) if data is not None else callback(folder)


util.find_devs_with = find_devs_with
util.mount_cb = mount_cb
# Neither this machine's serial number nor its command line is of interest.
dmi.read_dmi_data = lambda *_: None
util.get_cmdline = lambda: ""

with tempfile.TemporaryDirectory() as run:
    paths = helpers.Paths({"cloud_dir": run, "run_dir": run, "templates_dir": run})
    source = DataSourceNoCloud.DataSourceNoCloud(settings.CFG_BUILTIN, None, paths)
    found = source.get_data()
    raw = source.get_userdata_raw()
    print(
        json.dumps(
            {
                "found": found,
                "instance": source.get_instance_id() if found else None,
                "hostname": source.metadata.get("local-hostname") if found else None,
                "user_data": raw.decode() if isinstance(raw, bytes) else raw,
                "network": source.network_config if found else None,
            }
        )
    )
