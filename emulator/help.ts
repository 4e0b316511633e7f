import { demo } from './config.js'

export const help = `usage: npm run emulator -- [options]

Emulate the snapshot endpoints of the MongoDB Atlas Admin API on this machine.

Prints "listening on http://127.0.0.1:PORT" and runs until it is interrupted. In a workflow on the same machine, set base-url
to this address. To run dist/index.js by hand, also set the variables of githubEnvironment in script/runner.ts. It has:
  project ID     ${demo.groupId}
  public key     ${demo.publicKey}
  private key    ${demo.privateKey}
  client ID      ${demo.clientId}
  client secret  ${demo.clientSecret}
  clusters       demo (replica set), sharded (sharded cluster)

Examples
  npm run emulator -- --port 8080 --seconds-to-completed 16 --verbose
  npm run emulator -- --fault create:reset:executed      create the snapshot, but lose the response
  npm run emulator -- --fault get:503:times=3:retry-after=2

Server
  --port PORT                   port to listen on, 0 for any free port (default: 0)
  --verbose                     print method, path, status, and milliseconds of each request
  --help                        print this help

Snapshots
  --seconds-to-in-progress N    seconds from the POST to inProgress (default: 7, less for a short snapshot)
  --seconds-to-completed N      seconds from the POST to completed (default: 159)
  --fail                        let snapshots fail

Faults
  --fault TARGET:EFFECT[=VALUE][:OPTION...]
                                fault, repeatable, applies to one authorized request by default

  TARGET    create, get, get-sharded, list, list-sharded, delete, cluster, token, revoke, any
  EFFECT    NNN                 an error with this status (options: code=, detail=, retry-after=). With code=null, its
                                errorCode and parameters are null
            reset, hang         no response
            html[=STATUS]       an HTML page (502)
            shape, huge         200 with other JSON, with more than 8 MiB
            other-id            200 with another snapshot
            odd-entry           a list whose first entry has an ID in upper case
            token-limit         403 of the token endpoint, because the service account has too many tokens
            stale               401 with stale=true
            unauthorized        401 for wrong credentials
            twice               executed twice, with the second response
  OPTION    executed            execute the request although its response is lost or replaced
            skip=N, times=N     skip N requests, then apply to N (times=always: to all)

What the responses are based on
  recorded    from a real Atlas: the life of a replica set's snapshot (POST, GET, plain list, DELETE). The disk snapshot,
              whose time is the restore point, is made after 86 s, and cloudProvider appears with it. expiresAt counts
              from the POST, and in the end from the completion. The cluster resource, the digest challenge,
              GROUP_NOT_FOUND, CLUSTER_NOT_FOUND, and CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API. Numbers in parameters,
              a 404 with the errorCode null (--fault get:404:code=null). In public logs of the Atlas CLI: the three
              errors about access lists (--fault any:403:code=ORG_REQUIRES_ACCESS_LIST:times=always,
              IP_ADDRESS_NOT_ON_ACCESS_LIST, RESOURCE_REQUIRES_ACCESS_LIST), which have the client's address in
              parameters
  documented  statuses and codes of other errors, among them UNFINISHED_ON_DEMAND_SNAPSHOT and rate limits, but not their
              texts. Sharded snapshots with members, access tokens, roles, media types, and page parameters
  inferred    from programs of MongoDB: the plain list of a sharded cluster shows the whole snapshots, and the sharded form
              of a replica set's snapshot is the plain one
  assumed     a nonce can be used again with a higher count, for 60 s. New snapshots are in the lists at once. The sharded
              list of a replica set, and a page past the end, are empty. The sharded list has no pages. Descriptions of any
              length are kept. The 401 for an invalid token. The errors of other clusters that take no snapshots (m0, flex).
              Every other fault
`
