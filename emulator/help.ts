import { demo } from './config.js'

export const help = `usage: npm run emulator -- [options]

Emulate the snapshot endpoints of the MongoDB Atlas Admin API on this machine.

Prints "listening on http://127.0.0.1:PORT" and runs until it is interrupted. Defaults:
  project ID     ${demo.groupId}
  public key     ${demo.publicKey}
  private key    ${demo.privateKey}
  client ID      ${demo.clientId}
  client secret  ${demo.clientSecret}
  clusters       demo (replica set), sharded (sharded cluster)

Examples
  npm run emulator -- --port 8080 --speed 10 --verbose
  npm run emulator -- --cluster shop-prod --cluster big:sharded --cluster free:m0
  npm run emulator -- --fault create:reset:executed      create the snapshot, but lose the response
  npm run emulator -- --fault get:503:times=3:retry-after=2

Server
  --host HOST                   loopback address to listen on (default: 127.0.0.1)
  --port PORT                   port to listen on, 0 for any free port (default: 0)
  --tls-cert FILE --tls-key FILE
                                serve HTTPS with these PEM files. Clients don't trust a self-signed one:
                                openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=localhost -days 2 \\
                                  -keyout key.pem -out cert.pem
  --verbose                     print method, path, status, and milliseconds of each request
  --help                        print this help

Project
  --group-id ID                 project ID, 24 hex digits
  --public-key KEY              public key of the API key
  --private-key KEY             private key of the API key
  --client-id ID                client ID of the service account
  --client-secret SECRET        client secret of the service account
  --token-seconds N             lifetime of its access tokens (default: 3600)
  --role ROLE                   role of both, repeatable: GROUP_OWNER, GROUP_BACKUP_MANAGER,
                                GROUP_BACKUP_CREATOR, GROUP_READ_ONLY, none (default: GROUP_OWNER)
  --access-list ADDRESS         allowed address or range (ADDRESS/BITS), repeatable (default: any address),
                                all others get a 403, so 203.0.113.7 blocks this machine
  --require-access-list         respond with 403 if the access list is empty
  --cluster NAME[:KIND]         cluster, repeatable, KIND: replicaSet, sharded, m0, flex, paused, noBackup
                                (default: replicaSet)
  --rate-limit CAPACITY:REFILL_PER_MINUTE
                                rate limit of the snapshot endpoints (default: 1200:500)
  --token-rate-limit CAPACITY:REFILL_PER_MINUTE
                                rate limit of the token endpoint (default: 50:50)

Snapshots
  --seconds-to-in-progress N    seconds from the POST to inProgress (default: 7)
  --seconds-to-completed N      seconds from the POST to completed (default: 159)
  --speed N                     divide both by N (default: 1)
  --fail                        let snapshots fail
  --older N                     start with N completed snapshots per cluster (default: 0)
  --read-404-seconds N          respond to a GET of a new snapshot with 404 for N seconds (default: 0)
  --odd-status WORD:FROM:TO     report the status WORD from FROM to TO seconds after the POST
  --plain-read-lead SECONDS     the plain GET of a sharded snapshot reports completed this much too early
  --members-in-plain-read       the plain GET of a sharded snapshot also contains members and snapshotIds

Lists
  --list-lag SECONDS            delay until new snapshots are listed (default: 0)
  --list-hides-unfinished       omit snapshots that are queued or in progress
  --list-order ORDER            newest, oldest, shuffled (default: newest)
  --list-shrinks N              N times, delete another client's snapshot between two pages (default: 0)
  --list-of-other-kind WHAT     the plain list of a sharded cluster, and the sharded list of a replica set:
                                empty, refused (400), same (the same snapshots) (default: empty)
  --sharded-list-in-pages       the sharded list accepts itemsPerPage and pageNum instead of rejecting them

Digest
  --algorithm NAME              MD5 or SHA-256, repeatable for several challenges (default: MD5)
  --qop QOP                     auth, "auth,auth-int" (accepts auth only), none for RFC 2069 (default: auth)
  --nonce-max-age SECONDS       age at which a nonce becomes stale (default: 60)
  --nonce-reuse HOW             counted (accept with another nc), stale (reject with stale=true),
                                refused (reject without it) (default: counted)
  --opaque TEXT                 add opaque to the challenge
  --joined                      send several challenges in one header line

Faults
  --fault TARGET:EFFECT[=VALUE][:OPTION...]
                                fault, repeatable, applies to one authorized request by default
  --scenario FILE.json          settings and faults as JSON, overridden by flags. Example:
                                {"clusters": ["demo"], "secondsToCompleted": 20, "list": {"lagSeconds": 5},
                                 "faults": ["create:reset:executed", {"on": "get", "effect": "hang"}]}
  TARGET    create, get, get-sharded, list, list-sharded, delete, cluster, flex, flex-list, flex-get,
            token, revoke, any
  EFFECT    NNN                 an error with this status (options: code=, detail=, retry-after=)
            reset, hang         no response
            refuse[=SECONDS]    reset, then refuse all connections (5)
            cut                 headers and half of the body
            drip[=MS]           the body one byte at a time (100)
            delay[=MS]          a delayed response (1000)
            html[=STATUS]       an HTML page (502)
            null, shape, huge   200 with null, with other JSON, with more than 8 MiB
            other-id            200 with another snapshot
            missing-entry       a list without its newest snapshot, although its count includes it
            empty-page          a list without entries, although its count includes them
            redirect[=LOCATION] a redirect (option: status=) (302)
            stale               401 with stale=true
            repeat-nonce        401 with the nonce of the request
            refuse-nonce        401 for a nonce that was used before
            unauthorized        401 for the first use of a nonce, a bearer token, or a client secret
            twice               executed twice, with the second response
            late[=SECONDS]      reset (option: hang), then executed after this time (10)
  OPTION    executed            execute the request although its response is lost or replaced
            skip=N, times=N     skip N requests, then apply to N (times=always: to all)
            cluster=NAME        apply to this cluster only
            delay-ms=MS         delay the effect
            unauthenticated     apply to requests without credentials instead
`
