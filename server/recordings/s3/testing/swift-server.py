"""OpenStack Swift with its S3 API, in one process: a proxy server in front of one account, container and object server.

Usage: python3 swift-server.py FOLDER PORT ACCESS_KEY SECRET

Everything is kept in FOLDER, so that a server that was killed can be started again with what it had. It prints "ready"
when it answers. The other three servers have ports that the system chooses.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi  # noqa: E402
from swift.common import storage_policy, utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402

folder, port, access_key, secret = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
devices = os.path.join(folder, 'devices')
kinds = ('account', 'container', 'object')


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def make_ring(kind, device_port):
    """One copy of everything, on one device."""
    builder = RingBuilder(1, 1, 0)
    device = {'region': 1, 'zone': 1, 'weight': 1.0, 'ip': '127.0.0.1', 'port': device_port, 'device': 'disk'}
    builder.add_dev({**device, 'replication_ip': '127.0.0.1', 'replication_port': device_port, 'meta': ''})
    builder.rebalance(seed=1)
    builder.get_ring().save(os.path.join(folder, kind + '.ring.gz'))


class NoCache:
    """Stands where a cluster has memcached; it forgets everything at once."""

    def get(self, *_, **__):
        return None

    def set(self, *_, **__):
        pass

    delete = set


class Silence:
    def write(self, _):
        pass


def serve(socket, app):
    eventlet.spawn(eventlet.wsgi.server, socket, app, log=Silence(), debug=False, keepalive=True)


os.makedirs(os.path.join(devices, 'disk'), exist_ok=True)
write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = rostrum\n')
utils.set_swift_dir(folder)
utils.validate_hash_conf()
storage_policy.reload_storage_policies()

sockets = {kind: eventlet.listen(('127.0.0.1', 0)) for kind in kinds}
for kind in kinds:
    make_ring(kind, sockets[kind].getsockname()[1])
for kind in kinds:
    conf = write(kind + '-server.conf', f'''
[DEFAULT]
devices = {devices}
swift_dir = {folder}
mount_check = false
disable_fallocate = true
[app:main]
use = egg:swift#{kind}
''')
    serve(sockets[kind], loadapp(conf, global_conf={'log_level': 'ERROR'}))

proxy = write('proxy-server.conf', f'''
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_{access_key.replace(':', '_')} = {secret} .admin
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
''')
front = loadapp(proxy, global_conf={'log_level': 'ERROR'})


def with_cache(environment, start_response):
    environment['swift.cache'] = NoCache()
    return front(environment, start_response)


serve(eventlet.listen(('127.0.0.1', port)), with_cache)
print('ready', flush=True)
while True:
    eventlet.sleep(3600)
