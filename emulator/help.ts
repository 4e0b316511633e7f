import { demo } from './config.js'

/** The text of `--help`. */
export const help = `A MongoDB Atlas to run against: the part of the Admin API that takes snapshots, on this machine only.

  npm run emulator -- [FLAGS]

It prints "listening on http://127.0.0.1:PORT" and serves until it is interrupted. Unless told otherwise it knows
  group id     ${demo.groupId}
  public key   ${demo.publicKey}
  private key  ${demo.privateKey}
  client id    ${demo.clientId}
  secret       ${demo.clientSecret}
  clusters     demo (a replica set), sharded (a sharded cluster)

Examples
  npm run emulator -- --port 8080 --speed 10 --verbose
  npm run emulator -- --cluster shop-prod --cluster big:sharded --cluster free:m0
  npm run emulator -- --fault create:reset:executed      the snapshot is created, but its response is lost
  npm run emulator -- --fault get:503:times=3:retry-after=2

Server
  --host HOST                   a loopback address (127.0.0.1)
  --port PORT                   0: a free one (0)
  --tls-cert FILE --tls-key FILE
                                serve HTTPS with this identity (PEM); a self-signed one is not trusted:
                                openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=localhost -days 2 \\
                                  -keyout key.pem -out cert.pem
  --verbose                     a line for each request: method, path, status, milliseconds
  --help                        this text

Project
  --group-id ID                 24 hex digits
  --public-key KEY              API key, public half
  --private-key KEY             API key, private half
  --client-id ID                service account, its id
  --client-secret SECRET        service account, its secret
  --token-seconds N             how long a bearer token of it lives (3600)
  --role ROLE                   of key and service account; repeatable: GROUP_OWNER, GROUP_BACKUP_MANAGER,
                                GROUP_BACKUP_CREATOR, GROUP_READ_ONLY, none (GROUP_OWNER)
  --access-list ADDRESS         repeatable; address or range (ADDRESS/BITS) from which credentials may be used,
                                all others get a 403; 203.0.113.7 refuses this machine (from anywhere)
  --require-access-list         an empty list lets no address use the API: a 403
  --cluster NAME[:KIND]         repeatable; KIND: replicaSet, sharded, m0, flex, paused, noBackup (replicaSet)
  --rate-limit CAPACITY:REFILL_PER_MINUTE
                                of the snapshot endpoints (1200:500)
  --token-rate-limit CAPACITY:REFILL_PER_MINUTE
                                of the token endpoint (50:50)

Snapshots
  --seconds-to-in-progress N    from the POST to inProgress (7)
  --seconds-to-completed N      from the POST to completed (159)
  --speed N                     divides both (1)
  --fail                        snapshots end as failed
  --older N                     each cluster already has N completed snapshots (0)
  --read-404-seconds N          a GET of a new snapshot answers 404 for N seconds (0)
  --odd-status WORD:FROM:TO     shows WORD as status from FROM to TO seconds after the POST
  --plain-read-lead SECONDS     the plain GET of a sharded snapshot says completed so much before it is
  --members-in-plain-read       the plain GET of a sharded snapshot has members and snapshotIds, too

Lists
  --list-lag SECONDS            new snapshots show up later (0)
  --list-hides-unfinished       queued and running ones are not listed
  --list-order ORDER            newest, oldest, shuffled (newest)
  --list-shrinks N              N times, a snapshot of another client vanishes between two pages (0)
  --list-of-other-kind WHAT     the plain list of a sharded cluster, and the other way round: empty,
                                refused (400), same (lists them as well) (empty)
  --sharded-list-in-pages       the sharded list takes itemsPerPage and pageNum, too; else it refuses them

Digest
  --algorithm NAME              repeatable, one challenge each: MD5, SHA-256 (MD5)
  --qop QOP                     auth, "auth,auth-int" (of which auth is accepted), none for RFC 2069 (auth)
  --nonce-max-age SECONDS       then a nonce is stale (60)
  --nonce-reuse HOW             counted: with another nc. stale, refused: never, and says so or not (counted)
  --opaque TEXT                 adds opaque to the challenge
  --joined                      several challenges in one header line

Faults
  --fault TARGET:EFFECT[=VALUE][:OPTION...]
                                repeatable; each rule strikes authorized requests, once unless told otherwise
  --scenario FILE.json          settings and faults as JSON; flags win. For example
                                {"clusters": ["demo"], "secondsToCompleted": 20, "list": {"lagSeconds": 5},
                                 "faults": ["create:reset:executed", {"on": "get", "effect": "hang"}]}
  TARGET    create, get, get-sharded, list, list-sharded, delete, cluster, flex, flex-list, flex-get,
            token, revoke, any
  EFFECT    NNN                 an error with this status; options code=, detail=, retry-after= (as it is)
            reset, hang         no answer
            refuse[=SECONDS]    reset, and every connection refused for so long (5)
            cut                 headers and half of the body
            drip[=MS]           the body a byte at a time (100)
            delay[=MS]          a late answer (1000)
            html[=STATUS]       an HTML page (502)
            null, shape, huge   200 with null, with other JSON, with more than 8 MiB
            other-id            200 with another snapshot
            missing-entry       a list without its newest snapshot, which its count includes
            redirect[=LOCATION] a redirect; option status= (302)
            stale               401 with stale=true
            repeat-nonce        401 with the nonce that was just answered
            refuse-nonce        401 to a nonce that was used before
            unauthorized        401 to a nonce's first use, to a bearer token, to a client secret
            twice               executed twice, as by a proxy that repeats; the second answer comes back
            late[=SECONDS]      reset (option hang: no answer), and executed so many seconds later (10)
  OPTION    executed            the request is executed, though its answer is lost or replaced
            skip=N, times=N     N such requests pass first; N are hit (times=always: all)
            cluster=NAME        on this cluster only
            delay-ms=MS         the effect shows so much later
            unauthenticated     hits requests without credentials instead

While it runs
  GET    /_emulator/requests    every request and how it was answered
  GET    /_emulator/snapshots   every snapshot there ever was
  POST   /_emulator/snapshots   another client creates one:
                                {"cluster": "demo", "description": "theirs", "snapshotType": "scheduled"},
                                and retentionInDays, fails (true), secondsAgo
  POST   /_emulator/faults      a fault, or a list: "get:hang" or {"on": "get", "effect": {"kind": "hang"}}
  DELETE /_emulator/faults      no more faults
  DELETE /_emulator/tokens      ends every bearer token
`
