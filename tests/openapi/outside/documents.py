"""Each example's document is valid OpenAPI 3.1, and no response of the example contradicts it.

Usage: documents.py EXAMPLES TOOLS
"""

import json
import subprocess
import sys
import tempfile
import urllib.request

import openapi_spec_validator

from examples import get, running

# How each that serves is started, and who asks.
EXAMPLES = {
    "hello": {},
    "openapi": {"token": lambda url: "secret"},
    "executors": {},
    "jobs": {},
    "login": {},
    # A package of its own, whose program is beside the examples.
    "../conduit": {
        "token": lambda url: sign_up(url),
        "word": "Token",
        "variables": {"DATABASE_URL": f"sqlite:{tempfile.mkdtemp()}/conduit.db?mode=rwc", "LOG": "warn"},
    },
    "chain": {
        "token": lambda url: log_in(url),
        "variables": {"REQUESTS_PER_MINUTE": "1000000"},
        # A transfer to nobody is there to show how a commit fails.
        "passed_over": ["not_a_server_error"],
    },
}


def log_in(url):
    body = json.dumps({"name": "ada", "password": "lovelace"}).encode()
    request = urllib.request.Request(f"{url}/tokens", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["token"]


def sign_up(url):
    user = {"username": "ada", "email": "ada@example.com", "password": "lovelace"}
    body = json.dumps({"user": user}).encode()
    request = urllib.request.Request(f"{url}/api/users", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["user"]["token"]


# That some valid request is refused contradicts nothing: a name may be taken, and to JSON Schema `1.0` is an integer.
PASSED_OVER = ["positive_data_acceptance"]


def check(folder, tools, name, token=None, word="Bearer", variables=None, passed_over=()):
    with running(folder, name, **(variables or {})) as url:
        document = json.loads(get(f"{url}/openapi.json"))
        openapi_spec_validator.validate(document, cls=openapi_spec_validator.OpenAPIV31SpecValidator)
        paths = len(document["paths"])
        print(f"{name}: a valid document of {paths} path{'s'[: paths != 1]}", flush=True)
        command = [f"{tools}/schemathesis", "run", f"{url}/openapi.json"]
        command += ["--exclude-checks", ",".join([*PASSED_OVER, *passed_over])]
        command += ["--max-examples", "50", "--seed", "1", "--no-color", "--warnings", "off", "--generation-database", "none"]
        if token:
            command += ["--header", f"Authorization: {word} {token(url)}"]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stdout if done.returncode else done.stdout[-600:], flush=True)
        if done.returncode:
            sys.exit(f"`{name}`: a response contradicts the document\n{done.stderr}")


def main():
    folder, tools = sys.argv[1:3]
    only = sys.argv[3:]
    for name, how in EXAMPLES.items():
        if not only or name in only:
            check(folder, tools, name, **how)


main()
