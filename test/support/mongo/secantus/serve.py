"""SecantusDB as a replica set with one member, in a temporary folder.

It prints the address to connect to, and ends when its standard input does. A transaction whose
client is gone holds its locks for the lifetime: MongoDB's default is 60 seconds.
"""

import sys

from secantus import SecantusDBServer

with SecantusDBServer(storage_path=":memory:", transaction_lifetime_seconds=5) as server:
    print(f"mongodb://{server.host}:{server.port}/?replicaSet={server.replica_set_name}", flush=True)
    sys.stdin.read()
