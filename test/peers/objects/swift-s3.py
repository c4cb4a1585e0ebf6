"""OpenStack Swift with its S3 middleware on loopback: one disk, one replica, four servers. For tests.

usage: swift-s3.py <folder> <account>:<user> <secret>
The second and third are access key and secret key. Says `ready <port>` once it answers; ends when its input ends.
"""
import os
import socket
import sys
import time
from multiprocessing import Process

# Loaded here, before the servers part: each of them would load the same again.
import swift.account.server
import swift.common.middleware.s3api.s3api
import swift.container.server
import swift.obj.server
import swift.proxy.server
from swift.common.ring import RingBuilder
from swift.common.utils import set_swift_dir
from swift.common.wsgi import run_wsgi

folder, access_key, secret = sys.argv[1:4]
account, user = access_key.split(':')
etc = os.path.join(folder, 'etc')
os.makedirs(etc)
os.makedirs(os.path.join(folder, 'disks', 'd0'))


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def write(name, text):
    path = os.path.join(etc, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def configuration(port, rest):
    return f"""[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = root
swift_dir = {etc}
devices = {folder}/disks
mount_check = false
log_level = CRITICAL
{rest}"""


def serve(kind, conf):
    sys.exit(run_wsgi(conf, kind))


def wait_for(port):
    while True:
        try:
            socket.create_connection(('127.0.0.1', port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)


write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = test\n')
set_swift_dir(etc)
servers = []
for kind in ['account', 'container', 'object']:
    port = free_port()
    builder = RingBuilder(2, 1, 1)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': port, 'device': 'd0', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(os.path.join(etc, f'{kind}.ring.gz'))
    rest = f'[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n'
    servers.append((port, f'{kind}-server', write(f'{kind}-server.conf', configuration(port, rest))))
proxy_port = free_port()
proxy = f"""[pipeline:main]
pipeline = catch_errors cache listing_formats bulk s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
servers.append((proxy_port, 'proxy-server', write('proxy-server.conf', configuration(proxy_port, proxy))))
processes = [Process(target=serve, args=server[1:], daemon=True) for server in servers]
for process in processes:
    process.start()
for server in servers:
    wait_for(server[0])
print('ready', proxy_port, flush=True)
sys.stdin.read()
for process in processes:
    process.kill()
