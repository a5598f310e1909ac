#!/usr/bin/env python3
"""Does Conduit lose what it has acknowledged, or a connection, when things go wrong?

Starts PostgreSQL and the program, and for 30 s writes, changes, deletes and reads, while clients vanish in the middle of requests,
more of them ask at once than the pool has connections, and PostgreSQL is killed and started again. Then all that was acknowledged
has to be there, once, and as it was last; no answer may have been a failure other than a 503, and no connection may be in a
transaction. Needs nothing but Python 3 and PostgreSQL.

    cargo build -p conduit && python3 examples/conduit/load.py
"""

import atexit, collections, http.client, json, os, random, shutil, signal, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = int(os.environ.get("SECONDS", "30"))
WRITERS, READERS, VANISHING = 16, 6, 4
CONNECTIONS = 4  # So few that they run out.

count = collections.Counter()
lock = threading.Lock()
acknowledged = {}  # Titles by slug: a 201 was read for it.
favorites = set()  # Slugs: a 200 was read for it.
deleted = set()  # Slugs: a 204 was read for it.
unknown = set()  # Titles of which no answer came: they may be there or not.
stop = threading.Event()


def counted(what):
    with lock:
        count[what] += 1


class Postgres:
    """Killed and started by the script that the tests use too."""

    def __init__(self):
        script = os.path.join(HERE, "tests", "postgres.sh")
        self.process = subprocess.Popen(["sh", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline() or sys.exit("no PostgreSQL can be started"))

    def order(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"done: {order}\n"

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Conduit:
    def __init__(self, binary, postgres, folder):
        url = f"postgres://conduit@127.0.0.1:{postgres.port}/postgres"
        env = dict(os.environ, PORT="0", DATABASE_URL=url, LOG="info", LOG_FORMAT="json", JWT_SECRET="of the load")
        env |= {"DATABASE_CONNECTIONS": str(CONNECTIONS), "DATABASE_WAIT_MS": "500"}
        self.log = open(os.path.join(folder, "log"), "w+")
        # On a slow machine the database may not answer in time.
        for _ in range(10):
            self.process = subprocess.Popen([binary], env=env, cwd=folder, stdout=self.log)
            atexit.register(self.process.kill)
            if self.wait_for_port():
                return
        sys.exit(f"Conduit does not start; the log is {self.log.name}")

    def wait_for_port(self):
        while self.process.poll() is None:
            with open(self.log.name) as log:
                for line in log:
                    if "listening on http://" in line:
                        self.port = int(json.loads(line)["message"].rsplit(":", 1)[1])
                        return True
            time.sleep(0.1)
        return False

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)


def call(connection, method, path, token=None, body=None):
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["authorization"] = f"Token {token}"
    connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers)
    response = connection.getresponse()
    text = response.read()
    counted(f"{response.status}")
    if response.status >= 500 and response.status != 503:
        counted(f"unexpected {response.status} for {method} {path.split('/')[2]}: {text[:200]}")
    return response.status, json.loads(text) if text else None


def register(conduit, name):
    user = {"username": name, "email": f"{name}@example.com", "password": "password"}
    created = lambda answer: answer[0] == 201
    return eventually(created, lambda: call(conduit.connect(), "POST", "/api/users", body={"user": user}))[1]["user"]["token"]


def article(title):
    return {"article": {"title": title, "description": "0", "body": "b" * 500, "tagList": ["load", title[:6]]}}


class Value:
    """What one writer changes again and again."""

    def __init__(self, said):
        self.said = said  # The last that was acknowledged.
        self.open = set()  # Later ones that got a 503: they may be written or not, but nothing goes on with them.
        self.adrift = set()  # Those that got no answer at all.

    def put(self, status, value):
        if status == 200:
            self.said, self.open = value, set()
        else:
            (self.adrift if status is None else self.open).add(value)

    def may_be(self, value):
        return value == self.said or value in self.open | self.adrift


class Writer:
    """Has a user of its own, and an article that it changes; makes others, likes all of them, and deletes some."""

    def __init__(self, conduit, name):
        self.conduit, self.name, self.connection = conduit, name, conduit.connect()
        self.token = register(conduit, name.replace(" ", ""))
        self.kept, self.bio, self.image = Value("0"), Value(""), Value("")
        created = lambda answer: answer[0] == 201
        made = eventually(created, lambda: call(conduit.connect(), "POST", "/api/articles", self.token, article(f"{name} 0")))
        self.slug = made[1]["article"]["slug"]
        acknowledged[self.slug] = f"{name} 0"

    def send(self, wanted, method, path, body=None):
        """The status is that which is wanted, a 503, or `None` if no answer came."""
        try:
            status, body = call(self.connection, method, path, self.token, body)
        except (OSError, http.client.HTTPException):
            counted("writes without an answer")
            self.connection = self.conduit.connect()
            return None, None
        if status != wanted and status < 500:
            counted(f"unexpected {status} for {method}: {body}")
        elif status != wanted:
            time.sleep(0.05)
        return status, body

    def run(self):
        number = 0
        while not stop.is_set():
            number += 1
            self.write(number, f"{self.name} {number}")
            self.kept.put(self.send(200, "PUT", f"/api/articles/{self.slug}", {"article": {"description": str(number)}})[0], str(number))
            self.bio.put(self.send(200, "PUT", "/api/user", {"user": {"bio": str(number)}})[0], str(number))

    def write(self, number, title):
        status, body = self.send(201, "POST", "/api/articles", article(title))
        if status != 201:
            # A 503 at the commit says that nobody knows whether it was done.
            with lock:
                unknown.add(title)
            return
        slug = body["article"]["slug"]
        with lock:
            acknowledged[slug] = title
        liked, _ = self.send(200, "POST", f"/api/articles/{slug}/favorite")
        removed, _ = self.send(204, "DELETE", f"/api/articles/{slug}") if number % 4 == 0 else (0, None)
        with lock:
            if liked == 200:
                favorites.add(slug)
            if removed == 204:
                deleted.add(slug)
            if removed != 0:
                # Unless it was refused, it is no longer known to be there.
                favorites.discard(slug)
                unknown.add(acknowledged.pop(slug))


def read(conduit, writer, _):
    """Reads, and now and then changes the user's image, while the writer changes the user's bio."""
    connection, token, number = conduit.connect(), writer.token, 0
    paths = ["/api/articles?limit=20", "/api/articles/feed", "/api/tags", "/api/user", "/api/articles?tag=load&offset=40"]
    while not stop.is_set():
        number += 1
        changes, status = number % 5 == 0, None
        try:
            if changes:
                status, body = call(connection, "PUT", "/api/user", token, {"user": {"image": str(number)}})
            else:
                status, body = call(connection, "GET", random.choice(paths), token)
            if status != 200 and status < 500:
                counted(f"unexpected {status} for what readers ask: {body}")
        except (OSError, http.client.HTTPException):
            counted("reads without an answer")
            connection = conduit.connect()
        if changes:
            writer.image.put(status, str(number))


def vanish(conduit, writer, name):
    """Sends a request, or part of it, and is gone."""
    number = 0
    while not stop.is_set():
        number += 1
        title = f"{name} {number}"
        body = json.dumps(article(title)).encode()
        head = f"POST /api/articles HTTP/1.1\r\nhost: x\r\nauthorization: Token {writer.token}\r\n"
        request = f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        part = random.choice([20, len(request) - 100, len(request), len(request)])
        with lock:
            unknown.add(title)
        try:
            with socket.create_connection(("127.0.0.1", conduit.port), timeout=5) as client:
                client.sendall(request[:part])
                time.sleep(random.choice([0, 0.02, 0.2, 1]))
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            counted("clients that vanished")
        except OSError:
            counted("clients that could not connect")
        time.sleep(random.uniform(0, 0.1))


def eventually(wanted, attempt):
    """What `attempt` gives once that is `wanted`: a slow machine may need longer than a request is let wait."""
    for _ in range(100):
        if wanted(result := attempt()):
            break
        time.sleep(0.2)
    return result


def all_articles(conduit, token):
    found, connection = [], conduit.connect()
    while True:
        page = f"/api/articles?limit=100&offset={len(found)}"
        status, body = eventually(lambda answer: answer[0] == 200, lambda: call(connection, "GET", page, token))
        assert status == 200, (status, body)
        if not body["articles"]:
            assert body["articlesCount"] == len(found), (body["articlesCount"], len(found))
            return found
        found += body["articles"]


def user(conduit, token):
    status, body = eventually(lambda answer: answer[0] == 200, lambda: call(conduit.connect(), "GET", "/api/user", token))
    assert status == 200, (status, body)
    return body["user"]


def connections_given(conduit):
    """How many of as many requests at once as the pool has connections get one."""
    answers = []
    probes = [threading.Thread(target=lambda: answers.append(call(conduit.connect(), "GET", "/ready")[0])) for _ in range(CONNECTIONS)]
    for probe in probes:
        probe.start()
    for probe in probes:
        probe.join()
    return answers.count(204)


def psql(postgres, query):
    """The one value that a query gives."""
    url = f"postgres://conduit@127.0.0.1:{postgres.port}/postgres"
    return subprocess.check_output(["psql", url, "-Atc", query], text=True).strip()


def main():
    metadata = subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=HERE)
    binary = os.path.join(json.loads(metadata)["target_directory"], "debug", "conduit")
    postgres = Postgres()
    # The first connection to a new database may take longer than a request is to wait for one.
    psql(postgres, "select 1")
    folder = tempfile.mkdtemp()
    conduit = Conduit(binary, postgres, folder)
    writers = [Writer(conduit, f"write {n}") for n in range(WRITERS)]
    threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
    for job, clients in ((read, READERS), (vanish, VANISHING)):
        for n in range(clients):
            threads.append(threading.Thread(target=job, args=(conduit, writers[n], f"{job.__name__} {n}"), daemon=True))
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(SECONDS / 3)
        postgres.order("stop")
        counted("times that PostgreSQL was killed")
        time.sleep(SECONDS / 20)
        postgres.order("start")
    time.sleep(max(0, started + SECONDS - time.monotonic()))
    stop.set()
    for thread in threads:
        thread.join()

    # What was begun for those who are gone ends by itself.
    open_transactions = "SELECT COUNT(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    left = eventually("0".__eq__, lambda: psql(postgres, open_transactions))
    found = all_articles(conduit, writers[0].token)
    by_slug = {article["slug"]: article for article in found}
    titles = collections.Counter(article["title"] for article in found)
    lost = [slug for slug in acknowledged if slug not in by_slug]
    back = [slug for slug in deleted if slug in by_slug]
    twice = [title for title in titles if titles[title] > 1]
    strange = set(titles) - unknown - set(acknowledged.values())
    without_tags = [article["slug"] for article in found if len(article["tagList"]) != 2]
    # Each article is liked by its own author and nobody else.
    not_liked = [slug for slug in favorites if slug in by_slug and by_slug[slug]["favoritesCount"] != 1]
    changes_lost = [w.slug for w in writers if w.slug in by_slug and not w.kept.may_be(by_slug[w.slug]["description"])]
    users = [(writer, user(conduit, writer.token)) for writer in writers]
    users_lost = [w.name for w, user in users if not w.bio.may_be(user["bio"]) or not w.image.may_be(user["image"])]
    # As many requests at once as there are connections: each has to get one.
    given = eventually(CONNECTIONS.__eq__, lambda: connections_given(conduit))
    used = psql(postgres, "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    conduit.process.send_signal(signal.SIGTERM)
    ended = conduit.process.wait(40)
    left_after = psql(postgres, "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    postgres.end()

    print(f"{SECONDS} s, {CONNECTIONS} connections, {WRITERS + READERS + VANISHING} clients at once")
    for what in sorted(count):
        print(f"  {count[what]:7} {what if not what.isdigit() else 'answers with ' + what}")
    print(f"  {len(acknowledged) + len(deleted):7} articles acknowledged, {len(deleted)} of them deleted; {len(found)} there, some of clients that got no answer")
    print(f"  {len(favorites):7} favorites acknowledged")
    checks = {
        "acknowledged articles that are lost": len(lost),
        "acknowledged favorites that are lost": len(not_liked),
        "acknowledged changes of an article that are lost": len(changes_lost),
        "acknowledged changes of a user that are lost": len(users_lost),
        "articles that are there though they were deleted": len(back),
        "articles that are there twice": len(twice),
        "articles that nobody has sent": len(strange),
        "articles without all of their tags": len(without_tags),
        "transactions left open": int(left),
        "connections beyond those of the pool": max(0, int(used) - CONNECTIONS),
        "connections that the pool could not give": CONNECTIONS - given,
        "connections left after the end": int(left_after),
        "exit status of the program": ended,
    }
    for check, number in checks.items():
        print(f"  {number:7} {check}")
    wrong = any(checks.values()) or any(what.startswith("unexpected") for what in count)
    enough = acknowledged and deleted and favorites and count["clients that vanished"] > 0 and count["503"] > 0
    print("nothing is lost, nothing leaks" if enough and not wrong else f"WRONG; the log is {conduit.log.name}")
    if wrong or not enough:
        sys.exit(1)
    shutil.rmtree(folder)


main()
