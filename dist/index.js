/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 770:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {

module.exports = __nccwpck_require__(218);


/***/ }),

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

"use strict";
var __webpack_unused_export__;


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
__webpack_unused_export__ = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

"use strict";
module.exports = require("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

"use strict";
module.exports = require("events");

/***/ }),

/***/ 896:
/***/ ((module) => {

"use strict";
module.exports = require("fs");

/***/ }),

/***/ 611:
/***/ ((module) => {

"use strict";
module.exports = require("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

"use strict";
module.exports = require("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

"use strict";
module.exports = require("net");

/***/ }),

/***/ 857:
/***/ ((module) => {

"use strict";
module.exports = require("os");

/***/ }),

/***/ 756:
/***/ ((module) => {

"use strict";
module.exports = require("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

"use strict";
module.exports = require("util");

/***/ }),

/***/ 412:
/***/ ((__unused_webpack_module, exports) => {

"use strict";

// The toolkit imports undici but never has to call it here: its GitHub client is given another fetch
// (src/action/github-client.ts), and its HTTP client only hands out agents of node:http. So npm's overrides put this
// in its place, because undici would be two thirds of the bundle that every job downloads. It is CommonJS, because both
// kinds of modules import it. Any use fails, and the end-to-end tests of commit statuses with it.

const notPartOfThisAction = () => {
  throw new Error('undici is not part of this action')
}

/** The toolkit's GitHub client creates one when it loads behind a proxy, and must not use it. */
exports.k = class ProxyAgent {
  dispatch() {
    notPartOfThisAction()
  }
}

exports.h = async () => notPartOfThisAction()


/***/ }),

/***/ 779:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
var https__WEBPACK_IMPORTED_MODULE_1___namespace_cache;
var http__WEBPACK_IMPORTED_MODULE_0___namespace_cache;
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ HttpClient)
/* harmony export */ });
/* unused harmony exports HttpCodes, Headers, MediaTypes, getProxyUrl, HttpClientError, HttpClientResponse, isHttps */
/* harmony import */ var http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(611);
/* harmony import */ var https__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(692);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(783);
/* harmony import */ var tunnel__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(770);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(412);
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? /*#__PURE__*/ (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache || (https__WEBPACK_IMPORTED_MODULE_1___namespace_cache = __nccwpck_require__.t(https__WEBPACK_IMPORTED_MODULE_1__, 2))) : /*#__PURE__*/ (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache || (http__WEBPACK_IMPORTED_MODULE_0___namespace_cache = __nccwpck_require__.t(http__WEBPACK_IMPORTED_MODULE_0__, 2)));
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = _proxy_js__WEBPACK_IMPORTED_MODULE_2__/* .getProxyUrl */ .s(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || http__WEBPACK_IMPORTED_MODULE_0__.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttps : tunnel__WEBPACK_IMPORTED_MODULE_3__.httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new https__WEBPACK_IMPORTED_MODULE_1__.Agent(options) : new http__WEBPACK_IMPORTED_MODULE_0__.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new undici__WEBPACK_IMPORTED_MODULE_4__/* .ProxyAgent */ .k(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map

/***/ }),

/***/ 783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ checkBypass),
/* harmony export */   s: () => (/* binding */ getProxyUrl)
/* harmony export */ });
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "" + chunkId + ".index.js";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = (chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		};
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
// This entry need to be wrapped in an IIFE because it need to be in strict mode.
(() => {
"use strict";

;// CONCATENATED MODULE: ./build/src/titles.js
/** The title of every error. Each is a heading of docs/troubleshooting.md. */
const TITLES = {
    invalidInput: 'Bad input',
    cancelled: 'Cancelled',
    timedOut: 'The deadline has passed',
    snapshotFailed: 'The snapshot failed',
    conflict: 'Another snapshot of this cluster is unfinished',
    missingRole: 'Missing project role',
    notOnAccessList: 'The API access list lacks this runner',
    invalidApiKey: 'Atlas does not accept the API key',
    invalidServiceAccount: 'Atlas does not accept the service account',
    invalidClientSecret: 'Atlas does not accept the client secret',
    noAccessToken: 'Atlas gives no access token',
    projectNotFound: 'Atlas project not found',
    clusterNotFound: 'Cluster not found',
    snapshotNotFound: 'Snapshot not found',
    notFound: 'Atlas does not know this',
    retentionNotAllowed: 'Atlas does not allow this retention',
    flexCluster: 'A flex cluster takes no snapshots on demand',
    instanceTooSmall: 'A cluster of this size takes no snapshots on demand',
    noCloudBackup: 'This cluster has no cloud backup',
    backupDisabled: 'The cluster has no backup turned on',
    clusterPaused: 'The cluster is paused',
    clusterUnavailable: 'The cluster is not there yet, or no longer',
    paymentRequired: 'Atlas wants its billing settled',
    forbidden: 'Atlas forbids this',
    badRequest: 'Atlas refused the request',
    requestRejected: 'Atlas refused the request with another status',
    unsupportedApiVersion: 'Atlas does not speak this API version',
    rateLimited: 'Atlas limits the rate of requests',
    maintenance: 'Atlas is being upgraded',
    invalidResponse: 'Atlas gave no usable answer',
    mismatchedResponse: 'Atlas answered about another snapshot',
    unreachable: 'Atlas cannot be reached',
    requestNotSent: 'The request was not sent',
    untrustedCertificate: 'The certificate of Atlas cannot be trusted',
    clientCertificate: 'Client certificate required',
    tlsFailed: 'TLS with Atlas failed',
    redirect: 'Something between here and Atlas redirects the request',
    proxyAuthentication: 'The proxy refuses',
    responseTooLarge: 'The answer is too large',
    digestNotOffered: 'The server offers no digest authentication',
    nonceRejected: 'Atlas refuses every nonce',
    listKeepsChanging: "The list of the cluster's snapshots keeps changing",
    listTooLarge: 'Too many snapshots to list',
    listUnreadable: "The list of the cluster's snapshots cannot be read",
    duplicateTag: 'Two snapshots with one tag',
    descriptionTruncated: 'Atlas cut a description short',
    outputsNotWritten: 'The outputs cannot be written',
    unexpected: 'Unexpected error',
    endedEarly: 'The step ended before its work was done',
};

;// CONCATENATED MODULE: ./build/src/failure.js

/** An error that knows how to report itself. Anything else that is thrown is a bug. */
class ActionError extends Error {
    name = 'ActionError';
    title;
    remedy;
    constructor({ title, message, remedy, cause }) {
        super(message, cause === undefined ? undefined : { cause });
        this.title = title;
        this.remedy = remedy;
    }
    /** The same error with a longer message and, if given, another title or remedy. Its cause is this one. */
    with(more, { title = this.title, remedy = this.remedy } = {}) {
        return new ActionError({ title, message: `${this.message} ${more}`, remedy, cause: this });
    }
}
/** A bug. Its cause is what was thrown. */
class UnexpectedError extends ActionError {
}
/** The message of whatever was thrown. Node reports the errors of all addresses of a name as one. */
function errorMessage(thrown) {
    if (thrown instanceof AggregateError && thrown.errors.length > 0)
        return thrown.errors.map(errorMessage).join('; ');
    if (thrown instanceof Error)
        return thrown.message === '' ? thrown.name : thrown.message;
    return typeof thrown === 'string' ? thrown : `thrown value of type ${typeof thrown}`;
}
/** Whatever was thrown as an `ActionError`. Anything unexpected is reported as a bug. */
function toActionError(thrown) {
    if (thrown instanceof ActionError)
        return thrown;
    return new UnexpectedError({
        title: TITLES.unexpected,
        message: `${errorMessage(thrown)}. This is a bug of the action.`,
        remedy: 'Report this with the log, and look in it for a snapshot id before running this again.',
        cause: thrown,
    });
}
/** The stack trace of a bug, `undefined` for an expected error such as a broken network. */
function unexpectedStack(thrown) {
    if (!(thrown instanceof ActionError))
        return thrown instanceof Error ? thrown.stack : undefined;
    const wrapsAnother = thrown instanceof UnexpectedError || thrown.cause instanceof ActionError;
    return wrapsAnother ? unexpectedStack(thrown.cause) : undefined;
}
/** Does what only decorates the result. A bug in it is a warning, because it must not fail the step. */
function decorate(logger, work) {
    try {
        work();
    }
    catch (error) {
        logger.warning(`A bug of the action left something out of its log or summary: ${errorMessage(error)}`);
    }
}

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = require("path");
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __nccwpck_require__(779);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: external "string_decoder"
const external_string_decoder_namespaceObject = require("string_decoder");
// EXTERNAL MODULE: external "events"
var external_events_ = __nccwpck_require__(434);
;// CONCATENATED MODULE: external "child_process"
const external_child_process_namespaceObject = require("child_process");
// EXTERNAL MODULE: external "assert"
var external_assert_ = __nccwpck_require__(613);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var io_util_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_.constants.O_RDONLY;
function exists(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return io_util_awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_namespaceObject.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_namespaceObject.dirname(filePath);
                        const upperName = external_path_namespaceObject.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_namespaceObject.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_namespaceObject.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_namespaceObject.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_namespaceObject.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_namespaceObject.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = require("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_.EOL.length);
                n = s.indexOf(external_os_.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_namespaceObject.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_namespaceObject.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec_exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = tr.argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new tr.ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new StringDecoder('utf8');
        const stderrDecoder = new StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec_exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_.platform();
const arch = external_os_.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./build/src/format.js
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
/** Milliseconds in at most two units: `7 s`, `2 min 42 s`, `1 h 5 min`. */
function formatDuration(ms) {
    const seconds = Math.round(ms / 1000);
    if (seconds < 60)
        return ms < 1000 && ms >= 50 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return join(minutes, 'min', seconds % 60, 's');
    return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
/** A size in binary units with three significant digits: `1.47 GiB`. */
function formatBytes(bytes) {
    let size = bytes;
    let unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
        size /= 1024;
        unit += 1;
    }
    return `${unit === 0 || size >= 100 ? Math.round(size) : size.toPrecision(3)} ${UNITS[unit]}`;
}
/** `1 day`, `7 days`. */
function formatDays(days) {
    return `${days} ${days === 1 ? 'day' : 'days'}`;
}
/**
 * A text in at most `maxLength` characters. A longer one loses its middle, because its end says as much as its start.
 * Words are never cut in two, because no mask hides half of a secret that a server repeats.
 */
function truncateMiddle(text, maxLength) {
    if (text.length <= maxLength)
        return text;
    const end = Math.floor((maxLength - 1) / 2);
    const head = text.slice(0, maxLength - 1 - end).replace(/\S+$/, '');
    const tail = text.slice(-end).replace(/^\S+/, '');
    return `${head}…${tail}`;
}
function join(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

;// CONCATENATED MODULE: ./build/src/action/logger.js



/** Far more than any message of this action needs. A server could send megabytes. */
const MAX_LINE_LENGTH = 4_000;
/** Control characters and Unicode's line ends. Each would start a line of its own, or hide in one. */
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Unicode's format characters. They are invisible, and some reverse the direction of what follows. */
const INVISIBLE = /\p{Cf}/gu;
/** Of annotations that are no errors. */
const TITLE = 'Atlas snapshot';
/**
 * A text, part of which can come from a server, as one line without workflow commands. A long line keeps its end, where
 * an error says what exists in Atlas and what to do.
 */
function sanitizeLine(text) {
    return truncateMiddle(toPlainLine(text), MAX_LINE_LENGTH);
}
/** The same in full. The runner reads `::name::` at the start of a line and `##[name]` anywhere in it. */
function toPlainLine(text) {
    return text
        .replace(LINE_BREAKING, ' ')
        .replace(INVISIBLE, '')
        .trim()
        .replace(/^::/, ': :')
        .replaceAll('##[', '# #[');
}
/** The runner's log and annotations. */
function createLogger() {
    return {
        debug: (message) => core_debug(sanitizeLine(message)),
        info: (message) => info(sanitizeLine(message)),
        notice: (message) => notice(sanitizeLine(message), { title: TITLE }),
        warning: (message) => warning(sanitizeLine(message), { title: TITLE }),
    };
}
/** An error annotation. A bug's stack trace follows, because the bug might not come back for a debug run. */
function reportError(title, message, thrown) {
    error(sanitizeLine(message), { title: sanitizeLine(title) });
    const stack = unexpectedStack(thrown);
    if (stack !== undefined)
        info(sanitizeLine(stack));
}

;// CONCATENATED MODULE: ./build/src/action/fail-closed.js



const CHECK_LOG_HINT = 'Before running this again, look in the log above for a snapshot id, or for the tag [as-…] of a snapshot that Atlas may have taken.';
/** How long the process may linger when it is over, for connections that do not close. */
const EXIT_GRACE_MS = 200;
/**
 * Runs the step so that the process cannot exit with 0 unless the step said that it succeeded: not after a thrown
 * value of any kind, an unhandled rejection, a broken standard output, or an event loop that ran empty.
 *
 * @param step resolves to whether it succeeded, having reported why not
 */
function failClosed(step) {
    let isOver = false;
    let hasFailed = false;
    let stdoutBroken = false;
    process.exitCode = 1;
    const end = (succeeded) => {
        isOver = true;
        process.exitCode = succeeded && !hasFailed && !stdoutBroken ? 0 : 1;
        setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
    };
    const fail = (title, thrown) => {
        if (hasFailed)
            return;
        hasFailed = true;
        reportError(title, `${errorMessage(thrown)}. ${CHECK_LOG_HINT}`, thrown);
        end(false);
        process.stdout.write('', () => process.exit());
    };
    // stdout is broken. Only the exit code can still report the failure.
    process.stdout.on('error', () => {
        stdoutBroken = true;
        process.exitCode = 1;
    });
    process.on('uncaughtException', (error) => fail(TITLES.unexpected, error));
    process.on('unhandledRejection', (reason) => fail(TITLES.unexpected, reason));
    process.on('beforeExit', () => {
        if (!isOver)
            fail(TITLES.endedEarly, 'Nothing was left to wait for');
    });
    step().then(end, (thrown) => fail(TITLES.unexpected, thrown));
}

;// CONCATENATED MODULE: ./build/src/atlas/json.js
function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The parsed text, `undefined` if it is not JSON. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function asString(value) {
    return typeof value === 'string' ? value : undefined;
}
/** The strings of an array, `undefined` if it is none or contains anything else. */
function asStrings(value) {
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
function asBoolean(value) {
    return typeof value === 'boolean' ? value : undefined;
}
/** The objects in an array, none if it is no array. */
function asObjects(value) {
    return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = require("node:net");
;// CONCATENATED MODULE: ./build/src/atlas/credentials.js
const LABELS = {
    apiKey: 'API key',
    serviceAccount: 'service account',
};
/** The kind in the words of the Atlas UI. */
function credentialLabel(kind) {
    return LABELS[kind];
}
/** The credentials by kind and public half, which is not secret: `API key abcdefgh`. */
function describeCredentials(credentials) {
    const name = credentials.kind === 'apiKey' ? credentials.publicKey : credentials.clientId;
    return `${credentialLabel(credentials.kind)} ${name}`;
}

;// CONCATENATED MODULE: ./build/src/atlas/remedies.js



/** The codes of a 401 to credentials that are right but lack the role (Atlas does not use 403 here). */
const ROLE_MISSING_CODES = ['USER_UNAUTHORIZED', 'NOT_IN_GROUP'];
/** Atlas's documentation. */
const DOCS = 'https://www.mongodb.com/docs/atlas';
/**
 * First the rows by code, then those by status. None says to run the step again, because a step that has a snapshot by
 * then would take a second one.
 */
const REMEDIES = [
    {
        codes: ROLE_MISSING_CODES,
        title: TITLES.missingRole,
        remedy: 'Give the {credential} the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names.',
        link: `${DOCS}/reference/user-roles/`,
    },
    {
        codes: [
            'IP_ADDRESS_NOT_ON_ACCESS_LIST',
            'ORG_REQUIRES_ACCESS_LIST',
            'IP_ADDRESS_NOT_ON_WHITELIST',
            'ORG_REQUIRES_WHITELIST',
        ],
        title: TITLES.notOnAccessList,
        remedy: "Add {address} to the API access list of the {credential} itself, which is not the project's IP access list; hosted runners change their address from job to job.",
        link: `${DOCS}/configure-api-access/`,
    },
    {
        codes: ['invalid_client', 'unauthorized_client', 'invalid_grant'],
        title: TITLES.invalidClientSecret,
        remedy: 'Check that client-id and client-secret belong to one service account, that the secret has not expired, and that base-url is the Atlas it belongs to.',
        link: `${DOCS}/configure-api-access/`,
    },
    {
        codes: ['GROUP_NOT_FOUND'],
        title: TITLES.projectNotFound,
        remedy: 'Check group-id: it is the id of the Atlas project, and the {credential} must belong to that project.',
    },
    {
        codes: ['CLUSTER_NOT_FOUND'],
        title: TITLES.clusterNotFound,
        remedy: 'Check cluster-name (it is case-sensitive) and that group-id names the project that holds the cluster.',
    },
    {
        codes: ['SNAPSHOT_NOT_FOUND'],
        title: TITLES.snapshotNotFound,
        remedy: 'Look at the backups of the cluster in Atlas: the snapshot was deleted, has expired, or belongs to another cluster.',
    },
    {
        codes: [
            'BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID',
            'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY',
        ],
        title: TITLES.retentionNotAllowed,
        remedy: "Set retention-days to what the project's backup policy, or its Backup Compliance Policy, allows.",
        link: `${DOCS}/backup/cloud-backup/backup-compliance-policy/`,
    },
    {
        codes: ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API'],
        title: TITLES.flexCluster,
        remedy: 'Use a dedicated cluster, M10 or larger.',
        link: `${DOCS}/backup/cloud-backup/overview/`,
    },
    {
        codes: [
            'INSUFFICIENT_INSTANCE_SIZE',
            'PROVIDER_BACKUP_NOT_SUPPORTED',
            'BACKUP_JOB_NOT_FOUND',
            'BACKUP_CONFIG_NOT_FOUND',
        ],
        title: TITLES.noCloudBackup,
        remedy: 'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on.',
        link: `${DOCS}/backup/cloud-backup/overview/`,
        needsClusterDiagnosis: true,
    },
    {
        statuses: [401],
        credential: 'apiKey',
        title: TITLES.invalidApiKey,
        remedy: 'Check that public-key and private-key are the two halves of one API key that still exists, and that base-url is the Atlas it belongs to.',
        link: `${DOCS}/configure-api-access/`,
    },
    {
        statuses: [401],
        credential: 'serviceAccount',
        title: TITLES.invalidServiceAccount,
        remedy: 'Check that the service account still exists and belongs to the project that group-id names, and that base-url is the Atlas it belongs to.',
        link: `${DOCS}/configure-api-access/`,
    },
    {
        statuses: [402],
        title: TITLES.paymentRequired,
        remedy: "Settle the organization's billing in Atlas (payment method, suspended account).",
        link: `${DOCS}/billing/`,
    },
    {
        statuses: [403],
        title: TITLES.forbidden,
        remedy: 'Check in Atlas the project roles of the {credential}, and the API access list of the {credential}.',
        link: `${DOCS}/configure-api-access/`,
    },
    {
        statuses: [404],
        title: TITLES.notFound,
        remedy: 'Check group-id, cluster-name and base-url, and that the {credential} may see the project.',
        needsClusterDiagnosis: true,
    },
    {
        statuses: [406, 410],
        title: TITLES.unsupportedApiVersion,
        remedy: 'Leave api-version at its default, and use the newest release of this action.',
        link: `${DOCS}/api/versioned-api-overview/`,
    },
    {
        statuses: [400],
        title: TITLES.badRequest,
        remedy: 'Correct the inputs by what Atlas says.',
        needsClusterDiagnosis: true,
    },
];
/** For all other errors. */
const UNKNOWN = {
    title: TITLES.requestRejected,
    remedy: 'Look the code up in the documentation of the Atlas Admin API; repeating the request does not help.',
    needsClusterDiagnosis: true,
};
const NO_DETAIL_HINT = 'The answer does not say why, as those of Atlas do: check base-url and the proxies on the way, too.';
/** The title and remedy for an error response, by its code, else by its status. */
function getRemedy(error, credential) {
    const { title, remedy } = withLink(findRow(error, credential));
    const address = error.parameters.find((parameter) => (0,external_node_net_namespaceObject.isIP)(parameter) !== 0);
    const fill = (text) => text
        .replaceAll('{credential}', credentialLabel(credential))
        .replaceAll('{address}', `the runner's IP address${address === undefined ? '' : ` ${address}`}`);
    return { title, remedy: fill(hasNoDetail(error) ? `${remedy} ${NO_DETAIL_HINT}` : remedy) };
}
/** A row with its link at the end of the remedy's last sentence. */
function withLink({ title, remedy, link }) {
    return { title, remedy: link === undefined ? remedy : remedy.replace(/\.$/, ` (${link}).`) };
}
/** Whether a 401 says that the credentials are right but lack the role. */
function isRoleMissing({ errorCode }) {
    return ROLE_MISSING_CODES.includes(errorCode ?? '');
}
/** Whether the cluster itself can tell more than the error response. */
function needsClusterDiagnosis(error) {
    return findRow(error, 'apiKey').needsClusterDiagnosis === true;
}
/** Whether nothing but the status says that it was Atlas that responded. */
function hasNoDetail({ errorCode, detail }) {
    return errorCode === undefined && detail === undefined;
}
function findRow({ errorCode, status }, credential) {
    const rows = REMEDIES.filter((row) => row.credential === undefined || row.credential === credential);
    return (rows.find(({ codes }) => errorCode !== undefined && codes?.includes(errorCode)) ??
        rows.find(({ statuses }) => statuses?.includes(status)) ??
        UNKNOWN);
}

;// CONCATENATED MODULE: ./build/src/atlas/cluster.js




const DEDICATED_SIZE = /^[MR]\d{2,}/;
const MAX_SIZE_LENGTH = 100;
const UNUSABLE_STATES = ['CREATING', 'DELETING', 'DELETED'];
/** What to do about each. */
const BLOCKERS = {
    size: {
        title: TITLES.instanceTooSmall,
        remedy: 'Use a dedicated cluster, M10 or larger.',
        link: `${DOCS}/backup/cloud-backup/overview/`,
    },
    paused: {
        title: TITLES.clusterPaused,
        remedy: 'Resume the cluster in Atlas, then run this again.',
        link: `${DOCS}/pause-terminate-cluster/`,
    },
    backup: {
        title: TITLES.backupDisabled,
        remedy: 'Turn on Cloud Backup in the configuration of the cluster in Atlas.',
        link: `${DOCS}/backup/cloud-backup/overview/`,
    },
    state: {
        title: TITLES.clusterUnavailable,
        remedy: 'Check cluster-name, and run this again when Atlas is done with the cluster.',
    },
};
/** Narrows a resource of API v2 or v1.0 to a cluster, `undefined` if it is none. */
function parseCluster(value) {
    if (!isJsonObject(value) || typeof value['name'] !== 'string')
        return undefined;
    return {
        paused: asBoolean(value['paused']),
        backupEnabled: parseBackupEnabled(value),
        stateName: asString(value['stateName']),
        instanceSizes: [...new Set(parseInstanceSizes(value))],
    };
}
/** What keeps the cluster from taking on-demand snapshots, `undefined` if it says nothing that does. */
function findBlocker(cluster) {
    const { paused, backupEnabled, stateName, instanceSizes } = cluster;
    const small = instanceSizes.find((size) => !DEDICATED_SIZE.test(size));
    if (small !== undefined)
        return toBlocker(BLOCKERS.size, `its instance size is ${truncateMiddle(small, MAX_SIZE_LENGTH)}`);
    if (paused === true)
        return toBlocker(BLOCKERS.paused, 'it is paused');
    if (backupEnabled === false)
        return toBlocker(BLOCKERS.backup, 'its Cloud Backup is off');
    if (stateName !== undefined && UNUSABLE_STATES.includes(stateName)) {
        return toBlocker(BLOCKERS.state, `its state is ${stateName}`);
    }
    return undefined;
}
function toBlocker(remedy, reason) {
    return { ...withLink(remedy), reason };
}
/** In v1.0 `backupEnabled` is an older kind of backup, and `providerBackupEnabled` is Cloud Backup. */
function parseBackupEnabled(cluster) {
    return asBoolean(cluster['providerBackupEnabled']) ?? asBoolean(cluster['backupEnabled']);
}
function parseInstanceSizes(cluster) {
    const specs = asObjects(cluster['replicationSpecs']);
    const regions = specs.flatMap((spec) => asObjects(spec['regionConfigs']));
    const sizes = regions.map(({ electableSpecs }) => parseInstanceSize(electableSpecs, 'instanceSize'));
    return [...sizes, parseInstanceSize(cluster['providerSettings'], 'instanceSizeName')].filter((size) => size !== undefined);
}
function parseInstanceSize(specs, name) {
    return isJsonObject(specs) ? asString(specs[name]) : undefined;
}

;// CONCATENATED MODULE: ./build/src/atlas/http.js
/** The request-target of RFC 9112 section 3.2.1: path and query as sent. */
function requestTarget(url) {
    return `${url.pathname}${url.search}`;
}
/** The first value of a header, `undefined` if it is missing. */
function header(response, name) {
    return response.headers[name]?.[0];
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
var external_node_http_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_node_http_namespaceObject, 2);
;// CONCATENATED MODULE: ./build/src/atlas/errors.js

/** A request without a usable result. Each subclass is one meaning of a response, or of its lack. */
class AtlasError extends ActionError {
    retryAfterMs;
    constructor(report) {
        super(report);
        this.retryAfterMs = report.retryAfterMs;
    }
}
/** Atlas rejected the request for good. Retrying does not help. */
class RejectedError extends AtlasError {
    name = 'RejectedError';
    mayHaveExecuted = false;
    response;
    constructor(report, response) {
        super(report);
        this.response = response;
    }
}
/** No token for the credentials. Unlike a rejection it says nothing about clusters or snapshots. */
class TokenRequestError extends AtlasError {
    name = 'TokenRequestError';
    mayHaveExecuted = false;
}
/** 400 `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
class ConflictError extends AtlasError {
    name = 'ConflictError';
    mayHaveExecuted = false;
}
/** 429, or 405 while Atlas is being upgraded: not executed, and the same request can succeed later. */
class ThrottledError extends AtlasError {
    name = 'ThrottledError';
    mayHaveExecuted = false;
}
/** Nothing was executed: no connection, no name, no tunnel, or no credentials in the request. */
class NotExecutedError extends AtlasError {
    name = 'NotExecutedError';
    mayHaveExecuted = false;
}
/** No usable response to a request that was, or might have been, executed. */
class OutcomeUnknownError extends AtlasError {
    name = 'OutcomeUnknownError';
    mayHaveExecuted = true;
}
/**
 * Not Atlas's own word: a 4xx without an error code, as a proxy's page, a 401 from a cache, or a TLS alert that might ask
 * for a client certificate. After a 4xx, Atlas might have executed a request with credentials all the same.
 */
class NonAtlasResponseError extends AtlasError {
    name = 'NonAtlasResponseError';
    mayHaveExecuted;
    constructor(report, mayHaveExecuted) {
        super(report);
        this.mayHaveExecuted = mayHaveExecuted;
    }
}
/** The responder can't be trusted: a bad certificate, a redirect, a proxy that asks for credentials, an endless body. */
class UntrustedResponseError extends AtlasError {
    name = 'UntrustedResponseError';
    mayHaveExecuted;
    constructor(report, mayHaveExecuted) {
        super(report);
        this.mayHaveExecuted = mayHaveExecuted;
    }
}
/** Whether Atlas says that there is no such resource. */
function isNotFound(error) {
    return error instanceof RejectedError && error.response.status === 404;
}

;// CONCATENATED MODULE: ./build/src/atlas/response-errors.js







/** The cluster takes no other on-demand snapshot until one has finished. */
const SNAPSHOT_CONFLICT = {
    title: TITLES.conflict,
    remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
};
const MAX_LOCATION_LENGTH = 200;
const MAX_CODE_LENGTH = 100;
const MAX_DETAIL_LENGTH = 1000;
/** Beyond any deadline. */
const MAX_RETRY_AFTER_SECONDS = 2 ** 31;
const RETRY_REMEDY = 'If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas.';
/** The codes of RFC 6749 section 5.2 and its extensions. Other servers put a status or its reason there. */
const OAUTH_ERROR = /^[a-z]+(_[a-z]+)*$/;
/** Atlas does not send these. RFC 9110 sections 15.5.20 and 15.5.22, RFC 8470 section 5.2. */
const NON_ATLAS_STATUSES = [421, 425];
/**
 * Turns a response other than 2xx into an error by its meaning (the table in docs/reliability.md).
 *
 * @param action the subject of the message: `Taking a snapshot of cluster shop-prod`
 * @param now the runner's clock, in milliseconds since 1970
 */
function toAtlasError({ response, authenticated, credential }, action, now) {
    // Of a service account's requests only those for tokens, which OAuth 2.0 specifies, are not authenticated.
    const isOAuth = credential === 'serviceAccount' && !authenticated;
    const error = parseErrorResponse(response, isOAuth);
    const { status, errorCode } = error;
    const said = formatErrorResponse(error);
    if (status === 408 || status >= 500 || status < 200) {
        const retryAfterMs = status === 503 ? parseRetryAfter(response, now) : undefined;
        return noUsableResponse(`${action}: Atlas answered ${said}.`, authenticated, { retryAfterMs });
    }
    if (status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT')
        return new ConflictError({ ...SNAPSHOT_CONFLICT, message: `${action} was refused (${said}).` });
    if (status === 429 || (status === 405 && errorCode === 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')) {
        return new ThrottledError({
            title: status === 429 ? TITLES.rateLimited : TITLES.maintenance,
            message: `${action} was put off (${said}).`,
            remedy: 'Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.',
            retryAfterMs: parseRetryAfter(response, now),
        });
    }
    if (status === 407)
        return proxyAuthError(`${action}: ${said}.`);
    if (status >= 300 && status < 400) {
        return new UntrustedResponseError({
            title: TITLES.redirect,
            message: `${action}: HTTP ${status} to ${redactLocation(header(response, 'location'))}. A redirect is never followed, so that credentials go nowhere else.`,
            remedy: 'Check base-url, and the proxies and captive portals of the runner.',
        }, authenticated);
    }
    const report = { ...getRemedy(error, credential), message: `${action} was refused (${said}).` };
    // A 401 of Atlas to a digest has a new challenge instead.
    const hasOwnSign = errorCode !== undefined || (status === 401 && credential === 'apiKey');
    const isAtlas = isOAuth || (hasOwnSign && !NON_ATLAS_STATUSES.includes(status));
    return isAtlas ? new RejectedError(report, error) : new NonAtlasResponseError(report, authenticated);
}
/** HTTP 407, in a response or to CONNECT. */
function proxyAuthError(message, cause) {
    return new UntrustedResponseError({
        title: TITLES.proxyAuthentication,
        message,
        remedy: 'Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
        cause,
    }, false);
}
/** No usable response. Without credentials, nothing was executed. */
function noUsableResponse(message, authenticated, more = {}) {
    const report = { title: TITLES.invalidResponse, message, remedy: RETRY_REMEDY, ...more };
    return authenticated ? new OutcomeUnknownError(report) : new NotExecutedError(report);
}
/** The same error for a request without credentials, which Atlas does not execute. */
function asNotExecuted(error) {
    if (!(error instanceof AtlasError) || !error.mayHaveExecuted)
        return error;
    const { title, message, remedy, retryAfterMs } = error;
    const report = { title, message, remedy, retryAfterMs, cause: error.cause ?? error };
    return error instanceof UntrustedResponseError
        ? new UntrustedResponseError(report, false)
        : new NotExecutedError(report);
}
/**
 * Reads an error in Atlas's shape or, if the request was one of OAuth 2.0, in its shape. Of any other body (a proxy's page)
 * only the status counts.
 */
function parseErrorResponse(response, isOAuth = false) {
    const parsed = parseJson(response.body);
    const body = isJsonObject(parsed) ? parsed : {};
    const parameters = body['parameters'];
    const errorCode = parseErrorCode(body, response, isOAuth);
    return {
        status: response.status,
        errorCode: errorCode && truncateMiddle(errorCode, MAX_CODE_LENGTH),
        detail: parseDetail(body),
        parameters: Array.isArray(parameters)
            ? parameters.filter((parameter) => typeof parameter === 'string')
            : [],
    };
}
/** HTTP status, code and detail as one clause: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
function formatErrorResponse({ status, errorCode, detail }) {
    const reason = external_node_http_namespaceObject.STATUS_CODES[status];
    const code = errorCode === undefined ? '' : `, ${errorCode}`;
    const words = detail === undefined ? '' : `: ${detail.replace(/[.\s]+$/, '')}`;
    return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${code}${words}`;
}
/** Texts of a server in at most `maxLength` characters, `undefined` if there are none. */
function joinTruncated(parts, maxLength) {
    const text = parts.filter((part) => part !== undefined && part !== '').join('; ');
    return text === '' ? undefined : truncateMiddle(text, maxLength);
}
/**
 * Milliseconds to wait by `Retry-After` (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or
 * nonsense. A date counts from the response's own `Date`, because the runner's clock can be wrong, and without one from
 * that.
 *
 * @param now the runner's clock, in milliseconds since 1970
 */
function parseRetryAfter(response, now) {
    const value = header(response, 'retry-after')?.trim() ?? '';
    if (/^\d+$/.test(value))
        return Math.min(Number(value), MAX_RETRY_AFTER_SECONDS) * 1000;
    const until = parseHttpDate(value);
    const from = parseHttpDate(header(response, 'date')) ?? now;
    return until === undefined ? undefined : Math.max(0, until - from);
}
/** Milliseconds since 1970 of an HTTP date (RFC 9110 section 5.6.7), `undefined` if it is missing or none. */
function parseHttpDate(value = '') {
    const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN;
    return Number.isNaN(parsed) ? undefined : parsed;
}
/** Origin and path of a redirect, because the rest can hold credentials. If it is long, only the origin. */
function redactLocation(location = '') {
    const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '');
    if (target.length <= MAX_LOCATION_LENGTH)
        return target || 'nowhere';
    // With a space behind it the origin is a word, and words are not cut in two.
    return truncateMiddle(target.replace(/^[^/]*\/\/[^/]+/, '$& '), MAX_LOCATION_LENGTH);
}
function parseErrorCode(body, response, isOAuth) {
    const error = isOAuth ? asString(body['error']) : undefined;
    return ((asString(body['errorCode']) || undefined) ??
        (header(response, 'x-error-code') || undefined) ??
        // The length comes first, because the pattern overflows the stack on megabytes.
        (error !== undefined && error.length <= MAX_CODE_LENGTH && OAUTH_ERROR.test(error) ? error : undefined));
}
/** `detail`, with the fields that Atlas found wrong (`badRequestDetail`). */
function parseDetail(body) {
    const { badRequestDetail } = body;
    const fields = isJsonObject(badRequestDetail) ? badRequestDetail['fields'] : undefined;
    const wrong = Array.isArray(fields) ? fields.flatMap(describeField) : [];
    return joinTruncated([asString(body['detail']) ?? asString(body['error_description']), ...wrong], MAX_DETAIL_LENGTH);
}
function describeField(field) {
    if (!isJsonObject(field))
        return [];
    const description = asString(field['description']);
    return description === undefined ? [] : [`${asString(field['field']) ?? 'field'}: ${description}`];
}

;// CONCATENATED MODULE: ./build/src/atlas/snapshot.js


/** The most of a server's words that a message has room for. */
const MAX_TEXT_LENGTH = 200;
const SNAPSHOT_ID = /^[0-9a-f]{24}$/;
/**
 * Narrows a resource to a snapshot, `undefined` if it is none. Only what is used is checked, because Atlas's real
 * responses differ from its own specification (`frequencyType: "ondemand"`).
 */
function parseSnapshot(value, serverTime) {
    if (!isJsonObject(value))
        return undefined;
    const { id, status, storageSizeBytes } = value;
    if (typeof id !== 'string' || !SNAPSHOT_ID.test(id))
        return undefined;
    if (typeof status !== 'string' || status === '')
        return undefined;
    return {
        id,
        status,
        description: asString(value['description']),
        snapshotType: asString(value['snapshotType']),
        type: asString(value['type']),
        createdAt: status === 'completed' ? asString(value['createdAt']) : undefined,
        expiresAt: asString(value['expiresAt']),
        storageSizeBytes: Number.isSafeInteger(storageSizeBytes) ? Number(storageSizeBytes) : undefined,
        memberIds: parseMemberIds(value),
        serverTime,
        resource: value,
    };
}
/** The same of an entry in a list. */
function parseListedSnapshot(value, serverTime) {
    const snapshot = parseSnapshot(value, serverTime);
    return snapshot && { ...snapshot, resource: undefined };
}
/** Whether Atlas is done with it. An unknown status counts as unfinished. */
function isFinished({ status }) {
    return status === 'completed' || status === 'failed';
}
/** The ID and, if it has one, the description, for messages. */
function formatSnapshotName({ id, description }) {
    return description === undefined ? id : `${id} (${truncateMiddle(description, MAX_TEXT_LENGTH)})`;
}
/** The status, for messages. */
function formatStatus({ status }) {
    return truncateMiddle(status, MAX_TEXT_LENGTH);
}
/** The resource as JSON without `links`. Empty if it is unknown, or nested too deeply to be written. */
function toJson({ resource }) {
    if (resource === undefined)
        return '';
    const { links: _, ...withoutLinks } = resource;
    try {
        return JSON.stringify(withoutLinks);
    }
    catch {
        return '';
    }
}
/** `snapshotIds` if there are any, else the IDs of `members`. An empty list says nothing yet. */
function parseMemberIds(resource) {
    const snapshotIds = asStrings(resource['snapshotIds']);
    if (snapshotIds !== undefined && snapshotIds.length > 0)
        return snapshotIds;
    const { members } = resource;
    if (!Array.isArray(members) || members.length === 0)
        return undefined;
    return asStrings(members.map((member) => (isJsonObject(member) ? member['id'] : undefined)));
}

;// CONCATENATED MODULE: ./build/src/atlas/client.js





/** The most entries that Atlas gives a page of the plain list. */
const PAGE_SIZE = 500;
/** Entries of a page in a list that was not asked for a number of them. */
const DEFAULT_PAGE_SIZE = 100;
/** Older versions of the resource break on shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05';
/** @param wallClock the runner's clock, in milliseconds since 1970 */
function createClient(cluster, send, wallClock) {
    const { baseUrl, apiVersion, groupId, clusterName } = cluster;
    const isV2 = apiVersion !== 'v1.0';
    const mediaType = (resourceVersion) => isV2 ? `application/vnd.atlas.${resourceVersion}+json` : 'application/json';
    const clusterPath = `/api/atlas/${isV2 ? 'v2' : 'v1.0'}/groups/${groupId}/clusters/${clusterName}`;
    const snapshotsPath = `${clusterPath}/backup/snapshots`;
    const get = (purpose, path, accept = mediaType(apiVersion)) => ({
        purpose,
        method: 'GET',
        url: new URL(path, baseUrl),
        headers: { accept },
    });
    /** Sends a request. Returns the response to it, with its body parsed. */
    const fetchJson = async (request, signal) => {
        const response = await send(request, signal);
        return { ...response, request, body: parseBody(response, request, wallClock()) };
    };
    const getOne = async (path, snapshotId, signal) => {
        const request = get(`Reading snapshot ${snapshotId}`, `${snapshotsPath}${path}/${snapshotId}`);
        const response = await fetchJson(request, signal);
        const snapshot = parseSnapshotResponse(response);
        // A proxy or cache that mixes up responses must not let another snapshot's status pass for this one's.
        if (snapshot.id !== snapshotId)
            throw unexpectedBodyError(response, `the answer is about another snapshot, ${snapshot.id}`);
        return { snapshot, rateLimitRemaining: parseRateLimitRemaining(response.response) };
    };
    return {
        createSnapshot: async (body, signal) => {
            const request = {
                purpose: `Taking a snapshot of cluster ${clusterName}`,
                method: 'POST',
                url: new URL(snapshotsPath, baseUrl),
                headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
                body: JSON.stringify(body),
            };
            return parseSnapshotResponse(await fetchJson(request, signal));
        },
        getSnapshot: (snapshotId, signal) => getOne('', snapshotId, signal),
        getShardedSnapshot: async (snapshotId, signal) => (await getOne('/shardedCluster', snapshotId, signal)).snapshot,
        listSnapshots: async (list, page, signal) => {
            const path = list === 'plain'
                ? `?includeCount=true&itemsPerPage=${PAGE_SIZE}&pageNum=${page}`
                : `/shardedClusters${page === 1 ? '' : `?pageNum=${page}`}`;
            const request = get(`Listing the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`);
            // A cached list can lack the newest snapshot.
            const headers = { ...request.headers, 'cache-control': 'no-cache' };
            return parsePage(await fetchJson({ ...request, headers }, signal));
        },
        getCluster: async (signal) => {
            const request = get(`Reading cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION));
            const response = await fetchJson(request, signal);
            const parsed = parseCluster(response.body);
            if (parsed === undefined)
                throw unexpectedBodyError(response, 'the answer is no cluster');
            return parsed;
        },
    };
}
/** The backup page of the cluster in the Atlas UI. */
function backupPage({ baseUrl, groupId, clusterName }) {
    return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`;
}
function parseSnapshotResponse(response) {
    const snapshot = parseSnapshot(response.body, parseServerTime(response));
    if (snapshot === undefined)
        throw unexpectedBodyError(response, 'the answer is no snapshot');
    return snapshot;
}
function parsePage(response) {
    const { body } = response;
    const results = isJsonObject(body) ? body['results'] : undefined;
    if (!isJsonObject(body) || !Array.isArray(results))
        throw unexpectedBodyError(response, 'the answer is no list');
    const snapshots = results.map((result) => {
        const snapshot = parseListedSnapshot(result, parseServerTime(response));
        // Left out, it might be the one that is searched for.
        if (snapshot === undefined)
            throw unexpectedBodyError(response, 'the list holds what is no snapshot');
        return snapshot;
    });
    const { totalCount } = body;
    return {
        snapshots,
        totalCount: Number.isSafeInteger(totalCount) ? Number(totalCount) : undefined,
        bodyLength: Buffer.byteLength(response.response.body),
    };
}
/** The parsed body of a success. */
function parseBody(response, request, now) {
    const { status, body } = response.response;
    if (status < 200 || status > 299)
        throw toAtlasError(response, request.purpose, now);
    const parsed = parseJson(body);
    if (parsed === undefined)
        throw unexpectedBodyError({ ...response, request }, `the answer (HTTP ${status}) is not JSON`);
    return parsed;
}
/** A success whose body is not what was asked for. */
function unexpectedBodyError({ authenticated, request: { purpose } }, why) {
    return noUsableResponse(`${purpose}: ${why}.`, authenticated);
}
/** Atlas's clock: `Date`, plus the seconds for which a cache kept the response (`Age`, RFC 9111 section 5.1). */
function parseServerTime({ response }) {
    const date = parseHttpDate(header(response, 'date'));
    const age = header(response, 'age')?.trim() ?? '';
    return date === undefined ? undefined : date + (/^\d+$/.test(age) ? Number(age) * 1000 : 0);
}
/** `RateLimit-Remaining` divided by `RateLimit-Limit`, `undefined` if one is missing or makes no sense. */
function parseRateLimitRemaining(response) {
    const parse = (name) => {
        const value = header(response, name)?.trim() ?? '';
        return /^\d+$/.test(value) ? Number(value) : Number.NaN;
    };
    const share = parse('ratelimit-remaining') / parse('ratelimit-limit');
    return share <= 1 ? share : undefined;
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = require("node:crypto");
;// CONCATENATED MODULE: ./build/src/atlas/digest.js

/** By the name in a challenge, which is case-insensitive. */
const ALGORITHMS = new Map([
    ['md5', 'md5'],
    ['sha-256', 'sha256'],
]);
/**
 * A parameter, with the scheme before it if it is the first of its challenge: at the start of the line or after a comma.
 * The look-behind keeps a match from starting in the middle of a name, so that the time is linear.
 */
const PARAMETER = /(?:(?:^|,)\s*([\w-]+)\s+)?(?<![\w*-])([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
/**
 * The challenge to answer: the one with the strongest algorithm (RFC 7616 section 3.7), of equals the first.
 *
 * @param lines the values of all `WWW-Authenticate` headers, each of which can hold several challenges
 * @returns `undefined` if none can be answered: another scheme, algorithm or qop, no realm or nonce
 */
function parseChallenge(lines) {
    const challenges = lines.flatMap(splitChallenges).flatMap((parameters) => toChallenge(parameters) ?? []);
    return challenges.find(({ algorithm }) => algorithm === 'sha256') ?? challenges[0];
}
/** The parameters of each Digest challenge in a line. Names in lower case, values unquoted; the first of a name counts. */
function splitChallenges(line) {
    const challenges = [];
    let current = new Map();
    for (const [, scheme, name = '', quoted, bare = ''] of line.matchAll(PARAMETER)) {
        if (scheme !== undefined)
            current = new Map();
        if (scheme?.toLowerCase() === 'digest')
            challenges.push(current);
        const key = name.toLowerCase();
        if (!current.has(key))
            current.set(key, quoted?.replace(/\\(.)/g, '$1') ?? bare);
    }
    return challenges;
}
function toChallenge(parameters) {
    const [realm, nonce, opaque] = [parameters.get('realm'), parameters.get('nonce'), parameters.get('opaque')];
    const algorithmAsSent = parameters.get('algorithm');
    const algorithm = ALGORITHMS.get((algorithmAsSent ?? 'MD5').toLowerCase());
    const offered = (parameters.get('qop') ?? '').toLowerCase().split(/[\s,]+/);
    const qop = offered.includes('auth') ? 'auth' : undefined;
    if (realm === undefined || nonce === undefined || algorithm === undefined)
        return undefined;
    if (qop === undefined && offered.some((value) => value !== ''))
        return undefined;
    if (![realm, nonce, opaque ?? ''].every(isSendable))
        return undefined;
    const stale = parameters.get('stale')?.toLowerCase() === 'true';
    return { realm, nonce, opaque, algorithm, algorithmAsSent, qop, stale };
}
/** Whether a value can be sent back: a control character could end the header and begin another. */
function isSendable(value) {
    return !/[^\x20-\x7e\x80-\xff]/.test(value);
}
/**
 * The value of the `Authorization` header (RFC 7616 section 3.4).
 *
 * @param use `nc`: how many requests used this nonce, this one included; `cnonce`: random
 */
function digestAuthorization(challenge, { username, password }, { method, uri }, use) {
    const { realm, nonce, opaque, algorithm, algorithmAsSent, qop } = challenge;
    const hash = (data) => (0,external_node_crypto_namespaceObject.createHash)(algorithm).update(data, 'latin1').digest('hex');
    const nc = use.nc.toString(16).padStart(8, '0');
    const a1 = hash(`${octets(username)}:${realm}:${octets(password)}`);
    const a2 = hash(`${method}:${uri}`);
    const counted = qop === undefined ? '' : `:${nc}:${use.cnonce}:${qop}`;
    const parameters = [
        `username=${quote(octets(username))}`,
        `realm=${quote(realm)}`,
        `nonce=${quote(nonce)}`,
        `uri=${quote(uri)}`,
        `response="${hash(`${a1}:${nonce}${counted}:${a2}`)}"`,
        ...(algorithmAsSent === undefined ? [] : [`algorithm=${algorithmAsSent}`]),
        ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
        ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${nc}`, `cnonce="${use.cnonce}"`]),
    ];
    return `Digest ${parameters.join(', ')}`;
}
/** A text as its UTF-8 octets, one character each, as Node sends and receives header values. */
function octets(text) {
    return Buffer.from(text, 'utf8').toString('latin1');
}
/** A quoted-string (RFC 9110 section 5.6.4). */
function quote(value) {
    return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

;// CONCATENATED MODULE: ./build/src/atlas/digest-auth.js






const CNONCE_BYTES = 16;
/** How often in a row a request is sent again because its nonce was rejected. */
const MAX_NEW_NONCES = 3;
const PROXY_REMEDY = 'Check that no proxy between the runner and Atlas keeps or mixes up answers.';
/**
 * Digest authentication (RFC 7616) around `Send`. A read reuses the nonce with a counted-up `nc`. A POST starts without
 * credentials, so that its nonce is fresh and a 401 to it means what it says.
 */
class DigestAuth {
    #send;
    #key;
    #random;
    #challenge;
    #nonce;
    /** How many requests have used the nonce. */
    #nc = 0;
    /** Atlas's header has the shape of Jetty's, which accepts a counted-up `nc`. Another server can reject it. */
    #reusesNonce = true;
    constructor(send, key, random) {
        this.#send = send;
        this.#key = key;
        this.#random = random;
    }
    /**
     * A 401 that stands is returned.
     *
     * @throws RejectedError if no challenge can be answered
     * @throws NonAtlasResponseError if a 401 has no new nonce
     */
    send = async (request, signal) => {
        if (request.method === 'POST' || !this.#reusesNonce)
            this.#challenge = undefined;
        let fresh = false;
        for (let newNonces = 0;; newNonces++) {
            let challenge = this.#challenge;
            if (challenge === undefined) {
                const response = await this.#sendUnauthenticated(request, signal);
                if (response.status !== 401)
                    return toAtlasResponse(response, false);
                challenge = this.#updateChallenge(response);
                if (challenge === undefined)
                    throw noChallengeError(request, response);
                fresh = true;
            }
            const response = await this.#send(this.#sign(request, challenge), signal);
            if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
                return toAtlasResponse(response, true);
            const next = this.#updateChallenge(response);
            // A server rejects credentials with a new nonce. The same one, or none, comes from a cache or a proxy.
            const isStray = next === undefined ? !hasErrorCode(response) : next.nonce === challenge.nonce;
            if (fresh && isStray)
                throw noNewNonceError(request, response);
            if (fresh && next?.stale !== true)
                return toAtlasResponse(response, true);
            if (newNonces === MAX_NEW_NONCES)
                throw noncesRejectedError(request, response);
            if (next?.stale !== true)
                this.#reusesNonce = false;
            fresh = next !== undefined;
        }
    };
    async #sendUnauthenticated(request, signal) {
        try {
            return await this.#send(request, signal);
        }
        catch (error) {
            throw asNotExecuted(error);
        }
    }
    /** Takes the challenge of a 401, `undefined` if there is none that can be answered. */
    #updateChallenge(response) {
        const challenge = parseChallenge(response.headers['www-authenticate'] ?? []);
        // A server that sends the same nonce again has seen it counted up.
        if (challenge !== undefined && challenge.nonce !== this.#nonce) {
            this.#nonce = challenge.nonce;
            this.#nc = 0;
        }
        this.#challenge = challenge;
        return challenge;
    }
    #sign(request, challenge) {
        const { publicKey: username, privateKey: password } = this.#key;
        this.#nc += 1;
        const authorization = digestAuthorization(challenge, { username, password }, { method: request.method, uri: requestTarget(request.url) }, { nc: this.#nc, cnonce: this.#random.hex(CNONCE_BYTES) });
        return { ...request, headers: { ...request.headers, authorization } };
    }
}
function toAtlasResponse(response, authenticated) {
    return { response, authenticated, credential: 'apiKey' };
}
function noChallengeError({ purpose }, response) {
    const error = parseErrorResponse(response);
    return new RejectedError({
        title: TITLES.digestNotOffered,
        message: `${purpose}: ${formatErrorResponse(error)}, without a digest challenge that can be answered.`,
        remedy: 'Check base-url, and that no proxy answers in place of Atlas; Basic authentication is never used.',
    }, error);
}
function hasErrorCode(response) {
    return parseErrorResponse(response).errorCode !== undefined;
}
function noNewNonceError({ purpose }, response) {
    return new NonAtlasResponseError({
        title: TITLES.nonceRejected,
        message: `${purpose}: ${formatErrorResponse(parseErrorResponse(response))}, without a new digest nonce.`,
        remedy: PROXY_REMEDY,
    }, true);
}
function noncesRejectedError({ purpose }, response) {
    return new RejectedError({
        title: TITLES.nonceRejected,
        message: `${purpose}: one digest nonce after the other was refused as stale.`,
        remedy: PROXY_REMEDY,
    }, parseErrorResponse(response));
}

;// CONCATENATED MODULE: ./build/src/timers.js

const HEARTBEAT_MS = 60_000;
/** Resolves after `ms` milliseconds. Rejects with the signal's reason as soon as that aborts. */
function sleep(clock, ms, signal) {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) {
            reject(signal.reason);
            return;
        }
        const onAbort = () => {
            cancel();
            reject(signal?.reason);
        };
        const cancel = clock.setTimeout(ms, () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
    });
}
/** The outcome of the work, or the signal's reason as a rejection if that comes first. */
function rejectOnAbort(work, signal) {
    return new Promise((resolve, reject) => {
        const onAbort = () => reject(signal.reason);
        if (signal.aborted)
            onAbort();
        else
            signal.addEventListener('abort', onAbort, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
}
/** Runs the work under a signal that aborts with its parent, or with `timeoutError()` after `ms` milliseconds. */
async function withTimeout(options, work) {
    const { clock, signal, ms, timeoutError } = options;
    const timeout = new AbortController();
    const cancel = clock.setTimeout(ms, () => timeout.abort(timeoutError()));
    try {
        return await work(AbortSignal.any([signal, timeout.signal]));
    }
    finally {
        cancel();
    }
}
/** Runs the work under a signal that aborts `ms` milliseconds after its parent, by default with the same reason. */
async function withDelayedAbort({ clock, signal, ms, reason }, work) {
    const delayed = new AbortController();
    let cancel = () => { };
    const onAbort = () => {
        cancel = clock.setTimeout(ms, () => delayed.abort(reason?.() ?? signal.reason));
    };
    if (signal.aborted)
        onAbort();
    else
        signal.addEventListener('abort', onAbort, { once: true });
    try {
        return await work(delayed.signal);
    }
    finally {
        cancel();
        signal.removeEventListener('abort', onAbort);
    }
}
/**
 * Runs a task at the end of a step within its time limit.
 *
 * @param stop aborts when the step is cancelled or times out, be it before, meanwhile or not at all
 */
function withTimeLimit({ limitMs, stoppedMs, timeoutMessage }, clock, stop, work) {
    const timeoutAfter = (ms) => () => new Error(timeoutMessage(formatDuration(ms)));
    return withDelayedAbort({ clock, signal: stop, ms: stoppedMs, reason: timeoutAfter(stoppedMs) }, (signal) => withTimeout({ clock, signal, ms: limitMs, timeoutError: timeoutAfter(limitMs) }, work));
}
/** Calls `onBeat` with the milliseconds so far once a minute, until the work is done. */
async function withHeartbeat(clock, onBeat, work) {
    const start = clock.now();
    const next = () => clock.setTimeout(HEARTBEAT_MS, () => {
        cancel = next();
        onBeat(clock.now() - start);
    });
    let cancel = next();
    try {
        return await work();
    }
    finally {
        cancel();
    }
}

;// CONCATENATED MODULE: ./build/src/atlas/tls-errors.js



/**
 * Every code of a certificate that Node cannot verify. Node's table is `X509Pointer::ErrorCode` in
 * `deps/ncrypto/ncrypto.cc`, listed in `doc/api/tls.md` under "X509 certificate error codes". `UNSPECIFIED` stands for
 * all of OpenSSL's other codes: a weak key, a SHA-1 signature, a critical extension that is unknown.
 */
const VERIFICATION_CODES = [
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_CRL',
    'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
    'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
    'CERT_SIGNATURE_FAILURE',
    'CRL_SIGNATURE_FAILURE',
    'CERT_NOT_YET_VALID',
    'CERT_HAS_EXPIRED',
    'CRL_NOT_YET_VALID',
    'CRL_HAS_EXPIRED',
    'ERROR_IN_CERT_NOT_BEFORE_FIELD',
    'ERROR_IN_CERT_NOT_AFTER_FIELD',
    'ERROR_IN_CRL_LAST_UPDATE_FIELD',
    'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
    'OUT_OF_MEM',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_CHAIN_TOO_LONG',
    'CERT_REVOKED',
    'INVALID_CA',
    'PATH_LENGTH_EXCEEDED',
    'INVALID_PURPOSE',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
    'HOSTNAME_MISMATCH',
    'UNSPECIFIED',
];
/** Node's own check of the names in a certificate. */
const NAME_CODE = /^ERR_TLS_CERT_/;
/** Node's codes for any other TLS failure. None says that it came before the request was sent. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/;
/** The reason in an error of OpenSSL: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/;
/** The alert of the other side, in OpenSSL's reason or else in Node's code. */
const ALERT = /alert[ _]([a-z_ ]+)/i;
/** Alerts about the client's certificate (RFC 8446 section 6.2). */
const CLIENT_CERTIFICATE_ALERTS = [
    'certificate required',
    'bad certificate',
    'no certificate',
    'unsupported certificate',
    'certificate revoked',
    'certificate expired',
    'certificate unknown',
];
/**
 * Alerts that can mean the same. A server of TLS 1.2 that requires a certificate sends the first one (RFC 5246 section
 * 7.4.6), and also one that has no cipher in common with Node.
 */
const REFUSAL_ALERTS = ['handshake failure', 'access denied', 'unknown ca'];
/** The meaning of an error in TLS, `undefined` if it is no such error. */
function toTlsError(error, action) {
    const code = errorCode(error);
    const why = errorMessage(error);
    if (VERIFICATION_CODES.includes(code) || NAME_CODE.test(code))
        return untrustedCertificate(why, action, error);
    if (!TLS_CODE.test(code))
        return undefined;
    const alert = ALERT.exec(`${why} ${code}`)?.[1]?.replaceAll('_', ' ').toLowerCase() ?? '';
    return (clientCertificateError(alert, action, error) ??
        new OutcomeUnknownError({
            title: TITLES.tlsFailed,
            message: `${action}: TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why}).`,
            remedy: 'Check that base-url names a port that speaks TLS, and the proxies between the runner and Atlas.',
            cause: error,
        }));
}
function untrustedCertificate(why, action, cause) {
    const report = {
        title: TITLES.untrustedCertificate,
        // Newer Nodes add advice for their command line.
        message: `${action}: ${why.split(';')[0]}.`,
        remedy: 'Check base-url; behind a proxy that opens TLS, name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS (a file that cannot be read is a warning at the head of the log); verification is never turned off.',
        cause,
    };
    return new UntrustedResponseError(report, false);
}
/** The other side asks for a certificate, or might. It ended the handshake, so it read no request. */
function clientCertificateError(alert, action, cause) {
    const isCertain = CLIENT_CERTIFICATE_ALERTS.includes(alert);
    if (!isCertain && !REFUSAL_ALERTS.includes(alert))
        return undefined;
    const requires = isCertain
        ? 'the server, or a proxy in front of it, requires a client certificate'
        : 'the server, or a proxy in front of it, refused TLS. It might require a client certificate';
    const report = {
        title: isCertain ? TITLES.clientCertificate : TITLES.tlsFailed,
        message: `${action}: ${requires} (TLS alert: ${alert}).`,
        remedy: 'Check base-url and the proxies between the runner and Atlas. Atlas itself requires no client certificate, and this action cannot send one.',
        cause,
    };
    // What is not certain can pass, so it does not end a wait.
    return isCertain ? new UntrustedResponseError(report, false) : new NonAtlasResponseError(report, false);
}
function errorCode(error) {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

;// CONCATENATED MODULE: ./build/src/atlas/network-errors.js






/** System calls before the first byte of a request. */
const BEFORE_SENDING = ['connect', 'getaddrinfo'];
const TUNNEL = /^tunneling socket could not be established|^got illegal response body from proxy/;
const PROXY_AUTHENTICATION_REQUIRED = /statusCode=407\b/;
/** The meaning of an error that Node, or the tunnel through a proxy, gave in place of a response. */
function toNetworkError(error, request, signal) {
    if (error instanceof AtlasError)
        return error;
    const action = request.purpose;
    if (signal.aborted)
        return noUsableResponse(`${action}: ${errorMessage(signal.reason)}.`, true, { cause: signal.reason });
    const tlsError = toTlsError(error, action);
    if (tlsError !== undefined)
        return tlsError;
    const why = errorMessage(error);
    if (TUNNEL.test(why)) {
        return PROXY_AUTHENTICATION_REQUIRED.test(why)
            ? proxyAuthError(`${action}: the proxy wants authentication (HTTP 407).`, error)
            : unreachable(`${action}: no tunnel through the proxy (${why}).`, error);
    }
    if (failedBeforeSending(error))
        return unreachable(`${action}: no connection (${why}).`, error);
    const message = `${action}: the connection broke before the whole answer had come (${why}).`;
    return noUsableResponse(message, true, { cause: error });
}
/** A body above the limit, which is not read to its end. */
function bodyTooLarge(request, limitBytes) {
    return new UntrustedResponseError({
        title: TITLES.responseTooLarge,
        message: `${request.purpose}: the answer is larger than ${formatBytes(limitBytes)}, which is read no further.`,
        remedy: 'Check base-url and the proxies between the runner and Atlas.',
    }, true);
}
function unreachable(message, cause) {
    return new NotExecutedError({
        title: TITLES.unreachable,
        message,
        remedy: "Check base-url, the runner's network and its proxy variables (https_proxy, no_proxy).",
        cause,
    });
}
/** Node tries every address of a name and reports all their errors as one. */
function failedBeforeSending(error) {
    if (error instanceof AggregateError)
        return error.errors.length > 0 && error.errors.every(failedBeforeSending);
    return error instanceof Error && 'syscall' in error && BEFORE_SENDING.includes(error.syscall);
}
/** @throws NotExecutedError if the signal has aborted, because no new request must start then */
function assertNotAborted({ purpose }, signal) {
    if (!signal.aborted)
        return;
    throw new NotExecutedError({
        title: TITLES.requestNotSent,
        message: `${purpose}: nothing was sent, since ${errorMessage(signal.reason)}.`,
        remedy: 'Run this again.',
        cause: signal.reason,
    });
}

;// CONCATENATED MODULE: ./build/src/atlas/middleware.js



/** For a whole request, from the connection to the last byte of the response. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long a POST in flight may still bring its response after the step has to stop. */
const GRACE_PERIOD_MS = 1_000;
/** Ends a request that takes too long, even if its body drips. Its outcome is then unknown. */
function withRequestTimeout(send, clock, ms = REQUEST_TIMEOUT_MS) {
    const timeoutError = () => new Error(`no whole answer within ${ms / 1000} s`);
    return (request, parent) => withTimeout({ clock, signal: parent, ms, timeoutError }, (signal) => send(request, signal));
}
/** Logs each request as a debug line with method, path, status and milliseconds, never a header or a body. */
function withLogging(send, clock, logger) {
    return async (request, signal) => {
        const start = clock.now();
        const log = (outcome) => logger.debug(`${request.method} ${requestTarget(request.url)} ${outcome} ${Math.round(clock.now() - start)} ms`);
        try {
            const response = await send(request, signal);
            log(String(response.status));
            return response;
        }
        catch (error) {
            log(error instanceof Error ? error.name : 'error');
            throw error;
        }
    };
}
/**
 * Gives an authenticated POST another second when the signal aborts, because it is worth knowing whether it was
 * executed. Any other request ends at once, and no new one starts.
 *
 * @throws NotExecutedError if the signal has aborted before
 */
function withGracePeriod(send, clock) {
    return async (request, signal) => {
        assertNotAborted(request, signal);
        return request.method === 'POST' && request.headers['authorization'] !== undefined
            ? withDelayedAbort({ clock, signal, ms: GRACE_PERIOD_MS }, (delayed) => send(request, delayed))
            : send(request, signal);
    };
}

;// CONCATENATED MODULE: ./build/src/atlas/service-account-auth.js







/** A token is renewed before it expires, by this much or by this share of its life, whichever is less. */
const REFRESH_MARGIN_MS = 60_000;
const REFRESH_MARGIN_FRACTION = 0.1;
/** What an `Authorization` header can carry, no longer than servers read. */
const USABLE_TOKEN = /^[\x21-\x7e]{1,8192}$/;
const BEARER = /^bearer$/i;
/** Statuses about the service account. Any other means that this is no token endpoint of Atlas. */
const ACCOUNT_ERROR_STATUSES = [400, 401, 402, 403];
/**
 * Bearer tokens (RFC 6750) around `Send`, fetched by client credentials (RFC 6749 section 4.4) and revoked at the end
 * (RFC 7009). A rejected token is replaced once for each request.
 */
class ServiceAccountAuth {
    #options;
    #basic;
    #cached;
    constructor(options) {
        const { account, setSecret } = options;
        this.#options = options;
        this.#basic = Buffer.from(`${account.clientId}:${account.clientSecret}`).toString('base64');
        setSecret(this.#basic);
    }
    /**
     * Without a token the request is not sent.
     *
     * @throws NotExecutedError, ThrottledError if another try for a token can succeed
     * @throws TokenRequestError if it can't
     * @throws UntrustedResponseError if the responder can't be trusted
     */
    send = async (request, signal) => {
        const response = await this.#sendWithToken(request, signal);
        if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
            return service_account_auth_toAtlasResponse(response, true);
        this.#cached = undefined;
        return service_account_auth_toAtlasResponse(await this.#sendWithToken(request, signal), true);
    };
    /** Revokes the token, if there is one. Never throws: a token that can't be revoked expires by itself. */
    async close(signal) {
        if (this.#cached === undefined)
            return;
        const { sendTokenRequest, logger } = this.#options;
        const form = { token: this.#cached.value, token_type_hint: 'access_token' };
        this.#cached = undefined;
        const request = this.#tokenRequest('Revoking the access token', 'revoke', form);
        try {
            assertSuccess(await sendTokenRequest(request, signal), request, this.#options.wallClock());
            logger.debug('The access token is revoked.');
        }
        catch (error) {
            logger.debug(`The access token is not revoked, and runs out by itself. ${errorMessage(error)}`);
        }
    }
    async #sendWithToken(request, signal) {
        const { clock, send } = this.#options;
        if (this.#cached === undefined || clock.now() >= this.#cached.refreshAt)
            this.#cached = await this.#fetchToken(signal);
        const authorization = `Bearer ${this.#cached.value}`;
        return send({ ...request, headers: { ...request.headers, authorization } }, signal);
    }
    async #fetchToken(signal) {
        const { clock, wallClock, sendTokenRequest, setSecret } = this.#options;
        const request = this.#tokenRequest('Getting an access token', 'token', {
            grant_type: 'client_credentials',
        });
        assertNotAborted(request, signal);
        // The token's life can begin as soon as it is requested.
        const requestedAt = clock.now();
        const response = await sendTokenRequest(request, signal).catch((error) => {
            throw asNotExecuted(error);
        });
        assertSuccess(response, request, wallClock());
        const token = parseToken(response);
        if (token === undefined) {
            const message = `${request.purpose}: the answer (HTTP ${response.status}) holds no token.`;
            throw noUsableResponse(message, false);
        }
        setSecret(token.value);
        const { value, lifetimeMs } = token;
        const marginMs = Math.min(REFRESH_MARGIN_MS, lifetimeMs * REFRESH_MARGIN_FRACTION);
        return { value, refreshAt: requestedAt + lifetimeMs - marginMs };
    }
    #tokenRequest(purpose, path, form) {
        return {
            purpose,
            method: 'POST',
            url: new URL(`/api/oauth/${path}`, this.#options.baseUrl),
            headers: {
                accept: 'application/json',
                'content-type': 'application/x-www-form-urlencoded',
                authorization: `Basic ${this.#basic}`,
            },
            body: new URLSearchParams(form).toString(),
        };
    }
}
function service_account_auth_toAtlasResponse(response, authenticated) {
    return { response, authenticated, credential: 'serviceAccount' };
}
/** An error about a token must not look like one about the request that the token is for. */
function assertSuccess(response, { purpose, url }, now) {
    if (response.status >= 200 && response.status <= 299)
        return;
    const error = toAtlasError(service_account_auth_toAtlasResponse(response, false), purpose, now);
    const isRejected = error instanceof RejectedError || error instanceof NonAtlasResponseError;
    if (isRejected && ACCOUNT_ERROR_STATUSES.includes(response.status)) {
        const { title, message, remedy } = error;
        throw new TokenRequestError({ title, message, remedy, cause: error });
    }
    if (!(isRejected || error instanceof ConflictError))
        throw error;
    throw new TokenRequestError({
        title: TITLES.noAccessToken,
        message: error.message,
        remedy: `Check base-url: Atlas has to answer at ${url.pathname} there.`,
        cause: error,
    });
}
/** The token with its life in milliseconds, `undefined` if there is none that can be used. */
function parseToken({ body }) {
    const parsed = parseJson(body);
    if (!isJsonObject(parsed))
        return undefined;
    const { access_token: value, token_type: type = 'bearer', expires_in: seconds } = parsed;
    if (typeof value !== 'string' || !USABLE_TOKEN.test(value))
        return undefined;
    if (typeof type !== 'string' || !BEARER.test(type))
        return undefined;
    const isLimited = typeof seconds === 'number' && seconds > 0;
    return { value, lifetimeMs: isLimited ? seconds * 1000 : Number.POSITIVE_INFINITY };
}

;// CONCATENATED MODULE: ./build/src/atlas/connection.js




/** How long `close` may take. */
const REVOKE_LIMIT = {
    limitMs: 3_000,
    stoppedMs: 500,
    timeoutMessage: (limit) => `no whole answer within ${limit}`,
};
/** Stacks everything above `Send`: debug lines, time limit and grace period, then credentials, then operations. */
function createConnection(cluster, credentials, { send, clock, wallClock, random, logger, setSecret }) {
    const limited = withRequestTimeout(withLogging(send, clock, logger), clock);
    const graceful = withGracePeriod(limited, clock);
    if (credentials.kind === 'apiKey') {
        const auth = new DigestAuth(graceful, credentials, random);
        return { client: createClient(cluster, auth.send, wallClock), close: async () => { } };
    }
    const auth = new ServiceAccountAuth({
        baseUrl: cluster.baseUrl,
        account: credentials,
        send: graceful,
        sendTokenRequest: limited,
        clock,
        wallClock,
        logger,
        setSecret,
    });
    return { client: createClient(cluster, auth.send, wallClock), close: (signal) => auth.close(signal) };
}

;// CONCATENATED MODULE: ./build/src/snapshot/deadline.js


/** Why a step has to stop before its work is done. */
class StopReason extends Error {
    name = 'StopReason';
    kind;
    constructor(kind, message) {
        super(message);
        this.kind = kind;
    }
}
function isCancellation(reason) {
    return reason instanceof StopReason && reason.kind === 'cancelled';
}
/**
 * Runs the work under a deadline that starts now.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 */
function withDeadline(timeoutMs, clock, cancel, work) {
    const timeoutError = () => new StopReason('deadline', `the deadline of ${formatDuration(timeoutMs)} has passed`);
    const at = clock.now() + timeoutMs;
    return withTimeout({ clock, signal: cancel, ms: timeoutMs, timeoutError }, (signal) => work({ at, signal }));
}

;// CONCATENATED MODULE: ./build/src/snapshot/retry.js



const MAX_OUTAGE_MS = 5 * 60_000;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** The most by which a short rate limit delays a request that many steps need to get through. */
const MAX_THROTTLE_DELAY_MS = 120_000;
/** How long Atlas has not responded usably, over several requests. */
class OutageTracker {
    #limitMs;
    #since;
    #last;
    /** @param limitMs how long network errors and 5xx are retried, `Infinity` for as long as the deadline allows */
    constructor(limitMs = MAX_OUTAGE_MS) {
        this.#limitMs = limitMs;
    }
    /** The last error, `undefined` after a success. */
    get lastError() {
        return this.#last;
    }
    /**
     * @param now milliseconds on the clock
     * @throws ActionError if the outage has lasted too long
     */
    recordFailure(error, now) {
        this.#last = error;
        // Throttling (429, maintenance) neither starts nor ends an outage.
        if (error instanceof ThrottledError)
            return;
        this.#since ??= now;
        if (now - this.#since < this.#limitMs)
            return;
        throw error.with(`It has been like this for ${formatDuration(this.#limitMs)}.`);
    }
    /** Clears the last error. The outage goes on: a caller that sees it ended starts another tracker. */
    recordSuccess() {
        this.#last = undefined;
    }
}
/**
 * Retries a read until it succeeds: after `Retry-After`, else with exponential backoff and full jitter.
 *
 * @throws StopReason at the deadline, or if the step is cancelled
 * @throws ActionError if the outage lasts too long, or Atlas asks to wait beyond the deadline
 * @throws AtlasError any other, at once
 */
async function retry(read, context, outage, { failOnNonAtlasResponse = false, isAlsoRetryable = () => false, maxThrottleDelayMs } = {}) {
    const { clock, deadline } = context;
    for (let attempt = 0;; attempt++) {
        try {
            const value = await read(deadline.signal);
            outage.recordSuccess();
            return value;
        }
        catch (error) {
            deadline.signal.throwIfAborted();
            if (!(error instanceof AtlasError))
                throw error;
            const isNonAtlas = error instanceof NonAtlasResponseError && !failOnNonAtlasResponse;
            if (!isRetryable(error) && !isNonAtlas && !isAlsoRetryable(error))
                throw error;
            outage.recordFailure(error, clock.now());
            await waitBeforeRetry(error, retryDelay(error, attempt, context, maxThrottleDelayMs), context);
        }
    }
}
function isRetryable(error) {
    return (error instanceof NotExecutedError ||
        error instanceof OutcomeUnknownError ||
        error instanceof ThrottledError);
}
/** Logs why a request is retried, and waits until then. */
async function waitBeforeRetry(error, delayMs, context) {
    const { clock, deadline, logger, onActivity } = context;
    logger.info(`${error.message} ${retryMessage(delayMs)}`);
    onActivity({ kind: 'retry', reason: error.title, delayMs });
    await sleep(clock, delayMs, deadline.signal);
}
/**
 * Milliseconds before a request is retried: the larger of `Retry-After` and exponential backoff with full jitter.
 *
 * @param attempt 0 for the first retry
 * @throws ActionError if Atlas asks to wait beyond the deadline
 */
function retryDelay(error, attempt, { clock, deadline, random }, maxThrottleDelayMs) {
    const isThrottled = error instanceof ThrottledError;
    const { retryAfterMs = 0 } = error;
    // `Retry-After` can be too short again and again if many share a rate limit, so the backoff grows as well.
    if (clock.now() + retryAfterMs < deadline.at)
        return Math.max(retryAfterMs, backoff(attempt, random, isThrottled ? maxThrottleDelayMs : undefined));
    throw error.with(`Atlas asks to wait ${formatDuration(retryAfterMs)}, which is beyond this step's deadline.`);
}
/** Anything up to 1 s, 2 s, 4 s … `maxMs` for attempt 0, 1, 2 … */
function backoff(attempt, random, maxMs = MAX_BACKOFF_MS) {
    return Math.min(FIRST_BACKOFF_MS * 2 ** attempt, maxMs) * random.fraction();
}
function retryMessage(delayMs) {
    return delayMs < 100 ? 'Trying again at once.' : `Trying again in ${formatDuration(delayMs)}.`;
}

;// CONCATENATED MODULE: ./build/src/snapshot/polling.js



const MIN_INTERVAL_MS = 4_000;
const MAX_INTERVAL_MS = 15_000;
const INTERVAL_FRACTION = 0.03;
const JITTER = 0.1;
/** The last status check comes this long before the deadline, in time for its response. */
const FINAL_POLL_LEAD_MS = 2_000;
/** The share of the rate limit below which requests are delayed. */
const RATE_LIMIT_THRESHOLD = 0.5;
/**
 * Polls a snapshot until it is completed or failed. Any other status, even an unknown one, is waited on.
 *
 * @returns the finished snapshot, at once if it is finished already
 * @throws as `retry` does
 */
async function pollUntilFinished(snapshot, context, { outage, onPoll, isAlsoRetryable, complete = async (read) => read }) {
    const { client, clock, deadline, pollInterval } = context;
    const start = clock.now();
    let current = snapshot;
    let rateLimitRemaining;
    // A list does not have the whole snapshot, so even a finished one is read once.
    while (!isFinished(current) || current.resource === undefined) {
        if (!isFinished(current)) {
            const delayMs = pollInterval(clock.now() - start, rateLimitRemaining);
            await sleep(clock, delayBeforePoll(delayMs, context), deadline.signal);
        }
        const read = async (signal) => {
            const check = await client.getSnapshot(snapshot.id, signal);
            return { ...check, snapshot: await complete(check.snapshot, signal) };
        };
        const check = await retry(read, context, outage, { isAlsoRetryable });
        onPoll(check.snapshot, check.snapshot.status !== current.status, clock.now() - start);
        current = check.snapshot;
        rateLimitRemaining = check.rateLimitRemaining;
    }
    return current;
}
/** The interval, or less if the last status check would come too late for the deadline. */
function delayBeforePoll(intervalMs, { clock, deadline }) {
    const untilFinalPollMs = deadline.at - FINAL_POLL_LEAD_MS - clock.now();
    return untilFinalPollMs > 0 ? Math.min(intervalMs, untilFinalPollMs) : intervalMs;
}
/**
 * The adaptive interval: first 4 s, then 3% of the time waited so far, from 4 s to 15 s, with 10% jitter. So the delay
 * until completion is noticed is a small share of the wait, and steps that start together drift apart. With less than
 * half of the rate limit left it is longer. A fixed interval has no jitter.
 *
 * @param fixedMs the input `poll-interval-seconds` in milliseconds
 */
function createPollInterval(fixedMs, random) {
    if (fixedMs !== undefined)
        return () => fixedMs;
    return (waitedMs, rateLimitRemaining) => {
        if (waitedMs < MIN_INTERVAL_MS)
            return MIN_INTERVAL_MS;
        const interval = Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
        const jitter = 1 - JITTER + 2 * JITTER * random.fraction();
        return Math.max(interval, rateLimitInterval(rateLimitRemaining)) * jitter;
    };
}
/** Steps that wait share a rate limit with steps that create, which must get through. */
function rateLimitInterval(rateLimitRemaining = 1) {
    return MAX_THROTTLE_DELAY_MS * Math.max(0, 1 - rateLimitRemaining / RATE_LIMIT_THRESHOLD);
}

;// CONCATENATED MODULE: ./build/src/snapshot/sharded.js

/**
 * The same snapshot, unless it is that of a sharded cluster and the plain form says that it is completed: then as the
 * sharded form has it, by one GET. Only that one knows every member. If Atlas does not find it, it is not completed yet.
 *
 * @throws AtlasError if the sharded form cannot be read
 */
async function withShardedForm(snapshot, { client }, signal) {
    if (!isUnconfirmed(snapshot))
        return snapshot;
    try {
        return await client.getShardedSnapshot(snapshot.id, signal);
    }
    catch (error) {
        if (!isNotFound(error))
            throw error;
        return unconfirmed(snapshot);
    }
}
/** The same snapshot, but in progress if only the plain form of a sharded one says that it is completed. */
function unconfirmed(snapshot) {
    return isUnconfirmed(snapshot) ? { ...snapshot, status: 'inProgress', createdAt: undefined } : snapshot;
}
function isUnconfirmed(snapshot) {
    return snapshot.status === 'completed' && lacksMembers(snapshot);
}
/** Whether it is a sharded cluster's, in the form that does not say which members it has. */
function lacksMembers({ type, memberIds }) {
    return type === 'shardedCluster' && memberIds === undefined;
}
/** The IDs of a sharded cluster's member snapshots, empty if they are unknown. Of a replica set the one ID. */
function memberIds({ id, type, memberIds = [] }) {
    return type === 'shardedCluster' ? memberIds : [id];
}

;// CONCATENATED MODULE: ./build/src/snapshot/conflict.js






/**
 * The other snapshot that explains a conflict: an unfinished one, else one that no list before the POST showed as
 * finished (it was unfinished at the POST and has finished since). Scheduled snapshots cause no conflict.
 *
 * @param finishedBefore IDs of the snapshots that lists before the POST showed as finished, `undefined` without a list
 */
function findConflictingSnapshot(snapshots, finishedBefore) {
    const onDemand = snapshots.filter(({ snapshotType }) => snapshotType === undefined || snapshotType === 'onDemand');
    return (onDemand.find((snapshot) => !isFinished(snapshot)) ??
        onDemand.find(({ id }) => finishedBefore?.has(id) === false));
}
/**
 * Does what `on-conflict` says about the other snapshot.
 *
 * @param outage tracks status checks of that snapshot
 * @returns whether to reuse it, or else to repeat the POST, and whether it was waited for
 * @throws ActionError with `on-conflict: fail`
 */
async function applyConflictPolicy(other, conflict, onConflict, context, outage) {
    const { logger } = context;
    if (onConflict === 'fail') {
        throw new ActionError({
            title: conflict.title,
            message: isFinished(other)
                ? `${conflict.message} In the way was snapshot ${formatSnapshotName(other)}, which is ${formatStatus(other)} by now.`
                : `${conflict.message} In the way is snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}.`,
            remedy: isFinished(other) ? 'Run this again: it has ended.' : conflict.remedy,
            cause: conflict,
        });
    }
    if (onConflict === 'reuse' && other.status !== 'failed') {
        const kept = other.expiresAt === undefined ? '' : `, and it is kept until ${other.expiresAt}`;
        logger.warning(`Using snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}, which this step did not take (on-conflict: reuse): its data may be older than this step${kept}.`);
        return 'reused';
    }
    if (isFinished(other))
        return 'over';
    logger.info(`Waiting until snapshot ${formatSnapshotName(other)}, ${formatStatus(other)}, which this step did not take, ends.`);
    return waitUntilFinished(other, context, outage);
}
/** Waits until the other snapshot is completed or failed. One that is gone is over as well. */
async function waitUntilFinished(other, context, outage) {
    const log = (what) => context.logger.info(`Snapshot ${other.id}, which this step did not take, ${what}.`);
    const onPoll = (snapshot, statusChanged, waitedMs) => {
        if (statusChanged)
            log(`is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}`);
    };
    try {
        await pollUntilFinished(other, context, {
            outage,
            onPoll,
            complete: (snapshot, signal) => withShardedForm(snapshot, context, signal),
        });
        return 'waited';
    }
    catch (error) {
        if (!isNotFound(error))
            throw error;
        log('is gone');
        return 'over';
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/failures.js





const RUN_AGAIN = 'Run this again.';
/** Follows the last known status of a snapshot that Atlas does not find any more. */
const NOT_FOUND_SUFFIX = ', but Atlas does not know it now: do not count on it';
/** The error of a step that was cancelled or timed out. */
function interruptedError(reason, { phase, message, remedy, lastError }) {
    const cancelled = reason.kind === 'cancelled';
    // A network that fails has a remedy of its own. What Atlas itself said is in the message.
    const isNetwork = lastError instanceof NotExecutedError ||
        lastError instanceof OutcomeUnknownError ||
        lastError instanceof NonAtlasResponseError;
    const network = isNetwork ? [lastError.remedy] : [];
    const remedies = remedy === undefined ? [...network, RUN_AGAIN] : [remedy, ...network];
    return new ActionError({
        title: cancelled ? TITLES.cancelled : TITLES.timedOut,
        message: `${capitalize(reason.message)} while ${phase}. ${message}`,
        remedy: cancelled
            ? (remedy ?? RUN_AGAIN)
            : [...remedies, 'For more time, raise the input timeout-minutes.'].join(' '),
        cause: reason,
    });
}
/** The error of a step that was stopped while its snapshot continues, or is completed. */
function interruptedWaitError(snapshot, phase, reason, lastError) {
    const { id, status } = snapshot;
    const unanswered = lastError === undefined ? '' : ` ${lastError.message}`;
    const goesOn = isNotFound(lastError) ? NOT_FOUND_SUFFIX : '; it goes on in Atlas, and nothing was deleted';
    return interruptedError(reason, {
        phase,
        message: status === 'completed'
            ? `Snapshot ${id} is completed and stays in Atlas.`
            : `Snapshot ${id} was ${formatStatus(snapshot)} when last seen${goesOn}.${unanswered}`,
        remedy: status === 'completed' ? 'Its id is in the outputs.' : resumeHint(id),
        lastError,
    });
}
/** How to wait for a snapshot in another step. */
function resumeHint(snapshotId) {
    return `To wait for it later, run this action with snapshot-id ${snapshotId} and wait: true.`;
}
/** @throws ActionError if Atlas reports the snapshot as failed */
function assertNotFailed({ snapshot: { id, status }, fromInput }) {
    if (status !== 'failed')
        return;
    const next = fromInput
        ? 'run again the step or job that took it, or give another snapshot-id'
        : 'run this again';
    throw new ActionError({
        title: TITLES.snapshotFailed,
        message: `Atlas reports snapshot ${id} as failed, so there is no backup to go back to.`,
        remedy: `Do not deploy on it; look at the cluster's backup page and at the project's alerts in Atlas, then ${next}.`,
    });
}
/** The error of a step without a snapshot: it adds that none was created, or that one might exist and how to find it. */
function toCreationFailure(error, state) {
    const { mayHaveOrphan, phase } = state;
    const left = mayHaveOrphan ? orphanWarning(state) : 'No snapshot was taken.';
    const look = mayHaveOrphan ? orphanRemedy(state) : '';
    if (error instanceof StopReason) {
        // A request that failed because the step was stopped says nothing new.
        const lastError = state.lastError?.cause === error ? undefined : state.lastError;
        return interruptedError(error, {
            phase,
            message: lastError === undefined ? left : `${lastError.message} ${left}`,
            remedy: mayHaveOrphan ? look : undefined,
            lastError,
        });
    }
    const failure = toActionError(error);
    return failure.with(left, { remedy: `${look} ${failure.remedy}`.trim() });
}
/** The same error of a step that reused another snapshot while its own might exist. */
function withOrphanWarning(error, state) {
    const failure = toActionError(error);
    return failure.with(orphanWarning(state), { remedy: `${orphanRemedy(state)} ${failure.remedy}` });
}
/** Says that this step's own snapshot might exist. */
function orphanWarning({ tag }) {
    return `Atlas may have taken a snapshot for this step, tagged ${tag}, though no answer says so.`;
}
function orphanRemedy({ tag, backupPage }) {
    return `Before running this again, look in the backups of the cluster (${backupPage}) for a description that ends in ${tag}; if it is there, give its id as snapshot-id.`;
}
function capitalize(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

;// CONCATENATED MODULE: ./build/src/snapshot/list-snapshots.js






/** Far more than any cluster has. Reading on would fill the runner's memory. */
const MAX_ENTRIES = 20_000;
const MAX_LENGTH = 64 * 1024 * 1024;
/** A list that does not exist for this kind of cluster responds with one of these statuses. */
const NO_SUCH_LIST_STATUSES = [400, 404];
/** With this code the list exists, and the request for it was wrong. */
const INVALID_QUERY = 'INVALID_QUERY_PARAMETER';
/**
 * Reads the cluster's snapshots until Atlas responds: plain and sharded list, every page, merged by ID. If any request
 * fails, everything is read again, because the first list would be too old by the time of the last response. A throttled
 * list backs off for longer than other requests, so that many steps can get all their pages in one go.
 *
 * @param options.canStopAfter whether the sharded list is not needed any more
 * @throws StopReason, ActionError, AtlasError as `retry` does. A 400 or 404 only if both lists respond so.
 */
function listSnapshots(context, outage, { canStopAfter = () => false, failOnNonAtlasResponse } = {}) {
    const read = (signal) => fetchBothLists(context.client, signal, canStopAfter);
    return retry(read, context, outage, { failOnNonAtlasResponse, maxThrottleDelayMs: MAX_THROTTLE_DELAY_MS });
}
async function fetchBothLists(client, signal, canStopAfter) {
    const plain = await fetchListOrRejection(client, 'plain', signal);
    if (canStopAfter(toEntries(plain)))
        return toEntries(plain);
    const sharded = await fetchListOrRejection(client, 'sharded', signal);
    if (plain instanceof RejectedError && sharded instanceof RejectedError)
        throw plain;
    return mergeById(toEntries(plain), toEntries(sharded));
}
function toEntries(list) {
    return list instanceof RejectedError ? [] : list;
}
/**
 * Both lists as one. A member of a sharded cluster's snapshot does not count by itself: if the plain list shows it with
 * the description of the whole, it can be completed long before the whole is.
 */
function mergeById(plain, sharded) {
    const known = new Set(sharded.flatMap(({ id, memberIds = [] }) => [id, ...memberIds]));
    return [...sharded, ...plain.filter(({ id }) => !known.has(id))];
}
async function fetchListOrRejection(client, list, signal) {
    try {
        return await fetchAllPages(list, (page) => client.listSnapshots(list, page, signal));
    }
    catch (error) {
        if (error instanceof RejectedError && isNoSuchList(error.response))
            return error;
        throw error;
    }
}
function isNoSuchList({ status, errorCode }) {
    return NO_SUCH_LIST_STATUSES.includes(status) && errorCode !== INVALID_QUERY;
}
function isInvalidQuery(error) {
    return error instanceof RejectedError && error.response.errorCode === INVALID_QUERY;
}
/**
 * @throws ThrottledError if entries moved between pages: the length changed, or one came twice
 * @throws OutcomeUnknownError if the pages do not belong to one list, or are not all of it
 * @throws ActionError if there are too many
 */
async function fetchAllPages(list, read) {
    const first = await read(1);
    const all = new Map(first.snapshots.map((snapshot) => [snapshot.id, snapshot]));
    let length = first.bodyLength;
    const assertSize = () => {
        if (Math.max(all.size, first.totalCount ?? 0) > MAX_ENTRIES || length > MAX_LENGTH)
            throw listTooLargeError();
    };
    assertSize();
    for (let page = 2, last = first; !isLastPage(list, last, all.size); page++) {
        try {
            last = await read(page);
        }
        catch (error) {
            // A sharded list without pages was cut short: what its count includes is missing.
            if (list === 'sharded' && isInvalidQuery(error))
                break;
            throw error;
        }
        const fresh = last.snapshots.filter(({ id }) => !all.has(id));
        // A server that responds alike to every page would be read for ever.
        if (fresh.length === 0 && last.snapshots.length > 0)
            throw listUnreadableError('does not end: its pages repeat');
        if (last.totalCount !== first.totalCount || fresh.length < last.snapshots.length)
            throw listChangedError();
        for (const snapshot of fresh)
            all.set(snapshot.id, snapshot);
        length += last.bodyLength;
        assertSize();
    }
    // The missing one might be the one that is searched for.
    const { totalCount = 0 } = first;
    if (all.size < totalCount)
        throw listUnreadableError(`holds ${all.size} of the ${totalCount} that Atlas counts`);
    return [...all.values()];
}
/**
 * A full page is never the last, whatever Atlas counts. Atlas can send fewer entries than a page was asked for: then its
 * count decides. The sharded list can come as a whole, so only its count tells whether a long one is complete.
 */
function isLastPage(list, { snapshots, totalCount }, read) {
    if (list === 'plain' && snapshots.length >= PAGE_SIZE)
        return false;
    if (list === 'sharded' && totalCount === undefined)
        return snapshots.length < DEFAULT_PAGE_SIZE;
    return snapshots.length === 0 || totalCount === undefined || read >= totalCount;
}
function listTooLargeError() {
    return new ActionError({
        title: TITLES.listTooLarge,
        message: `The list of the cluster's snapshots has more than ${MAX_ENTRIES} entries or ${formatBytes(MAX_LENGTH)}, and is read no further.`,
        remedy: 'Delete snapshots of the cluster that are not needed. If there are not so many, check base-url.',
    });
}
function listChangedError() {
    const report = {
        title: TITLES.listKeepsChanging,
        message: "The list of the cluster's snapshots changed while its pages were read.",
        remedy: 'Run this again when fewer snapshots of the cluster come and go.',
    };
    return new ThrottledError(report);
}
/** @param how what is wrong, as the predicate of a sentence */
function listUnreadableError(how) {
    return new OutcomeUnknownError({
        title: TITLES.listUnreadable,
        message: `The list of the cluster's snapshots ${how}.`,
        remedy: 'Check base-url and the proxies between the runner and Atlas.',
    });
}

;// CONCATENATED MODULE: ./build/src/snapshot/diagnose.js



/** Statuses about the cluster, and not about the credentials. */
const ABOUT_THE_CLUSTER = [400, 404];
/**
 * Adds to a rejection without a clear reason (M0, paused, backup off) what the cluster says about itself. If it says
 * nothing, or can't be read, the rejection stays as it is, like any other error.
 */
async function withClusterDiagnosis(thrown, context) {
    if (!(thrown instanceof RejectedError) || !needsClusterDiagnosis(thrown.response))
        return thrown;
    const reason = await diagnoseCluster(context);
    return reason === undefined ? thrown : thrown.with(reason.message, reason);
}
async function diagnoseCluster({ client, deadline }) {
    try {
        const blocker = findBlocker(await client.getCluster(deadline.signal));
        return blocker && { ...blocker, message: `The cluster tells why: ${blocker.reason}.` };
    }
    catch (error) {
        const isAboutCluster = error instanceof RejectedError &&
            ABOUT_THE_CLUSTER.includes(error.response.status) &&
            !needsClusterDiagnosis(error.response);
        return isAboutCluster ? error : undefined;
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/reuse.js


const DAY_MS = 86_400_000;
/**
 * The newest completed on-demand snapshot that is young enough and is kept long enough. One whose age is unknown, because
 * the response had no `Date`, is not reused.
 */
function findReusable(snapshots, reuse) {
    const fit = snapshots.filter((snapshot) => isReusable(snapshot, reuse));
    return fit.toSorted((a, b) => parseInstant(b.createdAt) - parseInstant(a.createdAt))[0];
}
/** The warning about a reused snapshot. */
function describeReuse(snapshot) {
    const age = formatDuration(dataAge(snapshot));
    return `Using snapshot ${formatSnapshotName(snapshot)}, which this step did not take (reuse-within-minutes): its data is as of ${snapshot.createdAt}, ${age} ago.`;
}
/** Milliseconds from the restore point to Atlas's response, `NaN` if that is unknown. */
function dataAge({ serverTime = Number.NaN, createdAt }) {
    return serverTime - parseInstant(createdAt);
}
function isReusable(snapshot, { reuseWithinMs = Number.NaN, retentionInDays }) {
    const { status, snapshotType, createdAt, expiresAt } = snapshot;
    if (status !== 'completed' || snapshotType !== 'onDemand')
        return false;
    const keptFor = parseInstant(expiresAt) - parseInstant(createdAt);
    const isKept = parseInstant(expiresAt) > (snapshot.serverTime ?? Number.NaN);
    // A comparison with NaN is false, so what is unknown is not good enough. Neither is a restore point in the future.
    const age = dataAge(snapshot);
    return isKept && age >= 0 && age <= reuseWithinMs && keptFor >= retentionInDays * DAY_MS;
}
function parseInstant(iso) {
    return Date.parse(iso ?? '');
}

;// CONCATENATED MODULE: ./build/src/snapshot/tag.js


/** A list shows snapshots of which one might be the step's own, and cannot tell which. */
class AmbiguousSnapshotError extends ActionError {
}
/** Atlas hardly cuts a description to less than this, and another one hardly matches so much of it by chance. */
const MIN_TRUNCATED_LENGTH = 64;
function createTag(random) {
    return `[as-${random.hex(4)}]`;
}
function withTag(description, tag) {
    return `${description} ${tag}`;
}
/** Whether the snapshot is the step's own: its description ends in the tag. IDs and clocks play no part. */
function hasTag(snapshot, tag) {
    return snapshot.description?.endsWith(tag) ?? false;
}
/**
 * The one snapshot with the tag, `undefined` if there is none.
 *
 * @throws ActionError if there are two, because only one can be the step's own
 */
function findTagged(snapshots, tag) {
    const tagged = snapshots.filter((snapshot) => hasTag(snapshot, tag));
    // The members of a sharded cluster's snapshot can have its description.
    const whole = tagged.filter(({ type }) => type === 'shardedCluster');
    const [first, second] = whole.length > 0 ? whole : tagged;
    if (first === undefined || second === undefined)
        return first;
    throw new AmbiguousSnapshotError({
        title: TITLES.duplicateTag,
        message: `The descriptions of snapshots ${first.id} and ${second.id} both end in ${tag}, which only this step uses.`,
        remedy: 'See in Atlas where the two come from. Delete the one that is not needed.',
    });
}
/**
 * Whether the snapshot's description might be the one that was sent, cut before the end of its tag. Whether Atlas cuts
 * long ones is not known.
 */
function isTruncated({ description = '' }, sent) {
    return description.length >= MIN_TRUNCATED_LENGTH && description !== sent && sent.startsWith(description);
}
/** @throws ActionError if a snapshot might be the step's own or not, because its description was cut */
function assertNoneTruncated(snapshots, { description, tag }) {
    const truncated = snapshots.find((snapshot) => isTruncated(snapshot, description));
    if (truncated === undefined)
        return;
    throw new AmbiguousSnapshotError({
        title: TITLES.descriptionTruncated,
        message: `Snapshot ${truncated.id} may be this step's or not: its description has lost the end, where ${tag} would be.`,
        remedy: 'Give description another, shorter text, so that each step knows its own snapshot again.',
    });
}

;// CONCATENATED MODULE: ./build/src/snapshot/listed-snapshots.js





/** The cluster's lists, and what they have shown so far. */
class ListedSnapshots {
    #request;
    #context;
    #latest;
    /** IDs of the snapshots that any list showed as finished. */
    #finished = new Set();
    /** IDs of the snapshots that lists before the last POST showed as finished, `undefined` without such a list. */
    #finishedBeforePost;
    constructor(request, context) {
        this.#request = request;
        this.#context = context;
    }
    /** The snapshot in the latest list that `reuse-within-minutes` allows. */
    get reusable() {
        return findReusable(this.#latest ?? [], this.#request);
    }
    /** Whether an earlier list can tell what has finished since the last POST. */
    get hasBaseline() {
        return this.#finishedBeforePost !== undefined;
    }
    /** The other snapshot that explains the last conflict. */
    get conflicting() {
        return findConflictingSnapshot(this.#latest ?? [], this.#finishedBeforePost);
    }
    /** Reads the lists as far as it takes to find a reusable snapshot. */
    async readForReuse(outage) {
        const canStopAfter = (plain) => findReusable(plain, this.#request) !== undefined;
        this.#remember(await listSnapshots(this.#context, outage, { canStopAfter, failOnNonAtlasResponse: true }));
    }
    /** Reads both lists. Returns the snapshot with the tag, if there is one. */
    async findOwn(outage) {
        const { tag } = this.#request;
        const latest = await listSnapshots(this.#context, outage);
        this.#remember(latest);
        const found = findTagged(latest, tag);
        if (found === undefined)
            assertNoneTruncated(latest, this.#request);
        else
            this.#context.logger.info(`Snapshot ${found.id} bears ${tag}: Atlas did take it for this step.`);
        return found;
    }
    /** To be called before each POST: what has finished by now cannot be the reason of its conflict. */
    beforePost() {
        if (this.#latest !== undefined)
            this.#finishedBeforePost = new Set(this.#finished);
    }
    #remember(snapshots) {
        this.#latest = snapshots;
        for (const snapshot of snapshots)
            if (isFinished(snapshot))
                this.#finished.add(snapshot.id);
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/create.js












/**
 * The response to a POST is about a snapshot without the tag: another one, or this step's own with a changed description.
 * No list could tell it apart then, and each further POST would create one more.
 */
class MismatchedResponseError extends OutcomeUnknownError {
    constructor({ id }) {
        super({
            title: TITLES.mismatchedResponse,
            message: `The answer to the request for a snapshot is about another one, ${id}.`,
            remedy: `See in Atlas whose snapshot ${id} is, and check that no proxy between the runner and Atlas mixes up answers.`,
        });
    }
}
/** How long a POST whose outcome is unknown can take to show in the lists. */
const LIST_CONSISTENCY_DELAY_MS = 5_000;
const CREATING = 'asking Atlas for a snapshot';
const SEARCHING_REUSABLE = 'looking for a snapshot to use';
const SEARCHING_CONFLICT = 'looking for the snapshot that is in the way';
/**
 * Creates one snapshot, or reuses one as `reuse-within-minutes` or `on-conflict: reuse` allow.
 *
 * The API has no idempotency key, so:
 *
 * 1. Before every POST but the first, both lists are read until they respond. A snapshot with this step's tag is its own.
 * 2. After a POST that might have been executed, the lists are read at once, and again no sooner than 5 s later.
 * 3. A conflict can be with the step's own snapshot, because an earlier POST might have been executed or this one
 *    delivered twice. There is no further POST until the own snapshot shows, or another one that explains the conflict.
 * 4. After a response about another snapshot, or one that is not Atlas's own, there is no further POST at all.
 *
 * @throws ActionError that says whether a snapshot might exist
 */
async function createSnapshot(request, context) {
    const creation = new SnapshotCreation(request, context);
    const onBeat = (waitedMs) => context.logger.info(`Still ${creation.state.phase}, after ${formatDuration(waitedMs)}.`);
    try {
        return await withHeartbeat(context.clock, onBeat, () => creation.run());
    }
    catch (error) {
        const { state } = creation;
        throw toCreationFailure(await withClusterDiagnosis(error, context), { ...request, ...state });
    }
}
class SnapshotCreation {
    #request;
    #context;
    #lists;
    /** Of the POSTs. Lists that respond in between do not end it. */
    #postOutage = new OutageTracker();
    /** Of the requests between two POSTs. */
    #readOutage = new OutageTracker();
    /** How many POSTs have failed, and how many conflicts there were, since a conflict was last waited for. */
    #failures = 0;
    #conflicts = 0;
    #lastPostError;
    /** Whether a POST might have been executed whose snapshot has not been found. */
    #hasUnconfirmedPost = false;
    /** Whether the last POST had a conflict with a snapshot that does not show, and so might be the own one. */
    #conflictUnexplained = false;
    #phase = CREATING;
    constructor(request, context) {
        this.#request = request;
        this.#context = context;
        this.#lists = new ListedSnapshots(request, context);
    }
    /** For the heartbeat and the final error. */
    get state() {
        return {
            mayHaveOrphan: this.#hasUnconfirmedPost || this.#conflictUnexplained,
            phase: this.#phase,
            lastError: this.#readOutage.lastError ?? this.#lastPostError,
        };
    }
    async run() {
        const reused = await this.#findReusable();
        if (reused !== undefined)
            return reused;
        for (;;) {
            const result = await this.#post();
            if (!(result instanceof AtlasError))
                return asOwn(result);
            // Both end by reading the lists, so that the tag is searched for right before each further POST.
            const found = result instanceof ConflictError
                ? await this.#resolveConflict(result)
                : await this.#recoverFromError(result);
            if (found !== undefined)
                return found;
        }
    }
    /** Before the first POST: a snapshot that `reuse-within-minutes` allows. */
    async #findReusable() {
        if (this.#request.reuseWithinMs === undefined)
            return undefined;
        this.#setPhase(SEARCHING_REUSABLE);
        await this.#lists.readForReuse(this.#readOutage);
        return this.#reuse();
    }
    /** One POST. Its error is returned, because it decides what comes next. */
    async #post() {
        this.#lists.beforePost();
        this.#setPhase(CREATING);
        try {
            return await postSnapshot(this.#request, this.#context);
        }
        catch (error) {
            // After any other error, even a bug, the request might have been executed.
            this.#hasUnconfirmedPost ||= !(error instanceof AtlasError) || error.mayHaveExecuted;
            if (!(error instanceof AtlasError))
                throw error;
            this.#lastPostError = error;
            return error;
        }
    }
    /** Waits until the POST can be repeated. Returns the own snapshot if it shows before. */
    async #recoverFromError(error) {
        const { clock, deadline, logger } = this.#context;
        const { tag } = this.#request;
        const failedAt = clock.now();
        // Searched for, but not repeated.
        const isFinal = error instanceof NonAtlasResponseError || error instanceof MismatchedResponseError;
        if (!(isRetryable(error) || (isFinal && error.mayHaveExecuted)))
            throw error;
        deadline.signal.throwIfAborted();
        if (error.mayHaveExecuted) {
            logger.info(`${error.message} Atlas may have taken the snapshot all the same: looking for ${tag}.`);
            const found = await this.#findOwn();
            if (found !== undefined)
                return found;
        }
        if (error instanceof ThrottledError)
            this.#postOutage = new OutageTracker();
        else
            this.#postOutage.recordFailure(error, failedAt);
        const delayMs = retryDelay(error, this.#failures, this.#context, MAX_THROTTLE_DELAY_MS);
        this.#failures += 1;
        if (!error.mayHaveExecuted) {
            await waitBeforeRetry(error, delayMs, this.#context);
            return this.#findOwn();
        }
        const consistentAt = failedAt + Math.max(LIST_CONSISTENCY_DELAY_MS, delayMs);
        await sleep(clock, Math.max(0, consistentAt - clock.now()), deadline.signal);
        const foundLater = await this.#findOwn();
        if (foundLater !== undefined)
            return foundLater;
        if (isFinal)
            throw error;
        logger.info(`No snapshot of the cluster bears ${tag}: asking Atlas for one again.`);
        return undefined;
    }
    /** Finds the other snapshot and does what `on-conflict` says. Returns a snapshot if no further POST is needed. */
    async #resolveConflict(conflict) {
        const { clock, deadline, logger, pollInterval, random } = this.#context;
        this.#conflictUnexplained = true;
        this.#postOutage = new OutageTracker();
        this.#setPhase(SEARCHING_CONFLICT);
        logger.info(conflict.message);
        // Without it, conflicts with snapshots that are over at once would make for a storm of POSTs.
        if (this.#conflicts > 0)
            await sleep(clock, backoff(this.#conflicts - 1, random), deadline.signal);
        this.#conflicts += 1;
        const start = clock.now();
        for (let polls = 0;; polls++) {
            if (polls > 0)
                await sleep(clock, pollInterval(clock.now() - start), deadline.signal);
            const found = await this.#findOwn();
            if (found !== undefined)
                return found;
            const other = this.#lists.conflicting;
            if (other !== undefined)
                return this.#applyConflictPolicy(other, conflict);
            if (polls > 0)
                continue;
            if (this.#request.onConflict === 'fail' && !this.#hasUnconfirmedPost)
                throw conflict;
            if (!this.#lists.hasBaseline) {
                // The other snapshot might have finished before this list, and no earlier one can tell. The next conflict can be
                // compared with this list, and a snapshot of our own cannot have finished so soon.
                logger.info('Atlas does not show what is in the way: asking once more.');
                return undefined;
            }
            logger.info('Atlas does not show what is in the way: looking until it does.');
        }
    }
    async #applyConflictPolicy(other, conflict) {
        const { logger } = this.#context;
        const { onConflict } = this.#request;
        this.#conflictUnexplained = false;
        this.#setPhase(`waiting for snapshot ${other.id}, which this step did not take`, { kind: 'conflict' });
        this.#readOutage = new OutageTracker(Number.POSITIVE_INFINITY);
        const end = await applyConflictPolicy(other, conflict, onConflict, this.#context, this.#readOutage);
        if (end === 'reused')
            return this.#adopt(other);
        this.#setPhase(CREATING);
        if (end === 'waited')
            this.#conflicts = this.#failures = 0;
        // The list that showed it finished is fresh enough.
        const found = (isFinished(other) ? undefined : await this.#findOwn()) ?? this.#reuse();
        if (found === undefined)
            logger.info('It is out of the way: asking Atlas for a snapshot again.');
        return found;
    }
    #reuse() {
        const found = this.#lists.reusable;
        if (found === undefined)
            return undefined;
        this.#context.logger.warning(describeReuse(found));
        return this.#adopt(found);
    }
    /** Continues with a snapshot that this step did not create. */
    #adopt(snapshot) {
        if (this.#hasUnconfirmedPost)
            this.#context.logger.warning(orphanWarning(this.#request));
        return { snapshot, created: false, mayHaveOrphan: this.#hasUnconfirmedPost };
    }
    async #findOwn() {
        this.#readOutage = new OutageTracker();
        try {
            const found = await this.#lists.findOwn(this.#readOutage);
            return found && asOwn(found);
        }
        catch (error) {
            this.#hasUnconfirmedPost ||= error instanceof AmbiguousSnapshotError;
            throw error;
        }
    }
    #setPhase(phase, activity = { kind: 'request' }) {
        this.#phase = phase;
        this.#context.onActivity(activity);
    }
}
function asOwn(snapshot) {
    return { snapshot, created: true, mayHaveOrphan: false };
}
/**
 * One POST.
 *
 * @returns the snapshot, with the tag unless Atlas cut its description
 * @throws AtlasError, a MismatchedResponseError if the response is about another snapshot
 */
async function postSnapshot(request, { client, deadline, logger }) {
    const { description, retentionInDays, tag } = request;
    const snapshot = await client.createSnapshot({ description, retentionInDays }, deadline.signal);
    if (hasTag(snapshot, tag))
        return snapshot;
    if (!isTruncated(snapshot, description))
        throw new MismatchedResponseError(snapshot);
    logger.warning(`Atlas cut the description of snapshot ${snapshot.id} short, and ${tag} with it: had the answer been lost, this step would not have known its own snapshot again. Shorten the input description.`);
    return snapshot;
}

;// CONCATENATED MODULE: ./build/src/snapshot/wait.js











/** How long a 404 to a snapshot that was just created is retried. */
const NOT_FOUND_GRACE_MS = 60_000;
/**
 * Waits until Atlas reports this very snapshot as completed.
 *
 * @throws ActionError if it failed, cannot be read, or the step has to stop before
 */
async function waitUntilCompleted(acquired, context) {
    const { clock, logger, onSnapshot } = context;
    const outage = new OutageTracker(Number.POSITIVE_INFINITY);
    let last = acquired.snapshot;
    const onPoll = (snapshot, statusChanged, waitedMs) => {
        last = snapshot;
        onSnapshot({ snapshot, created: acquired.created });
        // The end is logged with all its facts.
        if (!statusChanged || isFinished(snapshot))
            return;
        logger.info(`Snapshot ${snapshot.id} is ${formatStatus(snapshot)} after ${formatDuration(waitedMs)}.`);
    };
    const onBeat = (waitedMs) => logger.info(`Snapshot ${last.id} is still ${formatStatus(last)} after ${formatDuration(waitedMs)}.`);
    const isAlsoRetryable = notFoundAtFirst(acquired, context);
    try {
        last = await withHeartbeat(clock, onBeat, () => pollUntilFinished(last, context, {
            outage,
            onPoll,
            isAlsoRetryable,
            complete: (snapshot, signal) => withShardedForm(snapshot, context, signal),
        }));
    }
    catch (error) {
        throw toWaitFailure(error, last, outage.lastError);
    }
    assertNotFailed({ ...acquired, snapshot: last });
    return last;
}
/** For a minute from now, a 404 to a snapshot that this step created is retried. */
function notFoundAtFirst({ created }, { clock }) {
    const start = clock.now();
    return (error) => created && isNotFound(error) && clock.now() - start < NOT_FOUND_GRACE_MS;
}
/** The same error with what is known about the snapshot, and how to wait for it. */
function toWaitFailure(error, last, lastError) {
    if (error instanceof StopReason)
        return interruptedWaitError(last, 'waiting for the snapshot', error, lastError);
    // That the outputs cannot be written says what exists and what to do.
    const isOfOutputs = error instanceof ActionError && error.title === TITLES.outputsNotWritten;
    if (!(error instanceof ActionError) || isOfOutputs)
        return error;
    // The hint comes first, because running the step again without the ID would create a second snapshot.
    const remedy = isNotFound(error) ? error.remedy : `${resumeHint(last.id)} ${error.remedy}`;
    const suffix = isNotFound(error) ? NOT_FOUND_SUFFIX : '';
    return error.with(`Snapshot ${last.id} was ${formatStatus(last)} when last seen${suffix}.`, { remedy });
}

;// CONCATENATED MODULE: ./build/src/snapshot/obtain.js












/**
 * The gate: resolves only if Atlas accepted the snapshot and, with `wait`, reported that very one as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is cancelled
 * @throws ActionError that says what happened, what exists in Atlas and what to do. Anything else is a bug.
 */
function obtainSnapshot(options, dependencies, cancel) {
    const { clock, random } = dependencies;
    return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
        const pollInterval = createPollInterval(options.pollIntervalMs, random);
        const context = { ...dependencies, deadline, pollInterval };
        if (options.snapshotId !== undefined) {
            logPlan(options, context.logger);
            const attached = await attachTo(options.snapshotId, context);
            const result = await waitAndCollect(attached, options, context, cancel);
            decorate(context.logger, () => logIfDataIsOlder(attached, result, context));
            return result;
        }
        const tag = createTag(random);
        const description = withTag(options.description, tag);
        const request = { ...options, description, tag, backupPage: backupPage(options.cluster) };
        // Before the first POST, so that even a killed step leaves the tag in the log.
        logPlan(options, context.logger, tag);
        const acquired = await createSnapshot(request, context);
        try {
            return await waitAndCollect(acquired, options, context, cancel);
        }
        catch (error) {
            throw acquired.mayHaveOrphan ? withOrphanWarning(error, request) : error;
        }
    });
}
/** Reports the snapshot, waits for it if asked, and collects the result. */
async function waitAndCollect(acquired, options, context, cancel) {
    const { clock } = context;
    const { created } = acquired;
    const observed = { ...acquired, snapshot: unconfirmed(acquired.snapshot) };
    logSnapshot(observed, options, context);
    const start = clock.now();
    const snapshot = options.wait
        ? await waitUntilCompleted(observed, context)
        : acceptUnfinished(await readWhole(observed, context), context);
    const durationMs = options.wait ? clock.now() - start : 0;
    const snapshotIds = memberIds(snapshot);
    if (isCancellation(cancel.reason))
        throw interruptedWaitError(snapshot, 'handing it on', cancel.reason);
    decorate(context.logger, () => logResult(options, snapshot, durationMs, context));
    return { snapshot, created, snapshotIds, durationMs };
}
/**
 * Reads the snapshot that `snapshot-id` names.
 *
 * @throws ActionError if it cannot be read. A 404 is final.
 */
async function attachTo(snapshotId, context) {
    const outage = new OutageTracker();
    const read = async (signal) => {
        const { snapshot } = await context.client.getSnapshot(snapshotId, signal);
        return withShardedForm(snapshot, context, signal);
    };
    try {
        const snapshot = await retry(read, context, outage, { failOnNonAtlasResponse: true });
        return { snapshot, created: false, fromInput: true };
    }
    catch (error) {
        if (!(error instanceof StopReason))
            throw error;
        const lastError = outage.lastError === undefined ? '' : ` ${outage.lastError.message}`;
        throw interruptedError(error, {
            phase: `reading snapshot ${snapshotId}`,
            message: `Nothing was taken, and nothing was deleted.${lastError}`,
            lastError: outage.lastError,
        });
    }
}
/**
 * The snapshot with all that a list, or the plain form of a sharded one, lacks: by one GET each. A failure is a warning,
 * because a step that does not wait is only about the snapshot's existence.
 */
async function readWhole(observed, context) {
    const { client, deadline, logger, onSnapshot } = context;
    const { id } = observed.snapshot;
    let { snapshot } = observed;
    try {
        if (snapshot.resource === undefined)
            snapshot = unconfirmed((await client.getSnapshot(id, deadline.signal)).snapshot);
        if (lacksMembers(snapshot))
            snapshot = await client.getShardedSnapshot(id, deadline.signal);
    }
    catch (error) {
        if (!isCancellation(deadline.signal.reason))
            logger.warning(`Snapshot ${id} could not be read, so some outputs are empty: ${errorMessage(error)}`);
    }
    if (snapshot !== observed.snapshot)
        onSnapshot({ snapshot, created: observed.created });
    return { ...observed, snapshot };
}
/** Without `wait`, a snapshot that Atlas accepted is enough, unless it failed already. */
function acceptUnfinished(observed, { deadline, logger }) {
    const { snapshot } = observed;
    assertNotFailed(observed);
    if (deadline.signal.reason instanceof StopReason)
        throw interruptedWaitError(snapshot, 'asking Atlas for a snapshot', deadline.signal.reason);
    if (snapshot.status !== 'completed') {
        logger.notice(`Snapshot ${snapshot.id} is ${formatStatus(snapshot)}, not completed: the instant whose data it will hold may still lie ahead, and writes before that instant will be in it. Set wait to true before a deployment that changes data.`);
    }
    return snapshot;
}
/** A snapshot that existed before the step might lack writes from before the step. The user asked for it by its ID. */
function logIfDataIsOlder(attached, { snapshot }, { logger }) {
    const { id, createdAt } = snapshot;
    if (createdAt === undefined)
        return;
    const wasCompleted = attached.snapshot.status === 'completed';
    const { serverTime = Number.NaN } = attached.snapshot;
    if (!wasCompleted && !(Date.parse(createdAt) < serverTime))
        return;
    logger.info(`The data of snapshot ${id} is as of ${createdAt}, which is before this step (snapshot-id): what was written since is not in it.`);
}
/**
 * Logs what the step is going to do: create, attach, create or reuse.
 *
 * @param tag the step's tag, if it creates one
 */
function logPlan(options, logger, tag) {
    const { cluster, credentialName, timeoutMs } = options;
    const where = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`;
    const tagged = tag === undefined ? '' : `, tagged ${tag}`;
    logger.info(`${describePlan(options)} ${where}${tagged}, ${describeWait(options)}.`);
    logger.info(`Asking ${cluster.baseUrl} as ${credentialName}, for at most ${formatDuration(timeoutMs)}.`);
}
function describePlan({ snapshotId, onConflict, reuseWithinMs }) {
    if (snapshotId !== undefined)
        return `Attach to snapshot ${snapshotId}`;
    const alternatives = [
        reuseWithinMs === undefined
            ? undefined
            : `use one whose data is at most ${formatDuration(reuseWithinMs)} old`,
        onConflict === 'reuse' ? 'reuse one that is under way' : undefined,
    ].filter((alternative) => alternative !== undefined);
    return alternatives.length === 0 ? 'Take a snapshot' : `Take a snapshot, or ${alternatives.join(', or ')},`;
}
/** Whether the step waits, as the end of a sentence. */
function describeWait({ wait }) {
    return wait ? 'and wait until it is completed' : 'and go on without waiting for it';
}
/** Logs the acquired snapshot, and reports it so that its ID is in the outputs at once. */
function logSnapshot({ snapshot, created }, { retentionInDays }, { logger, onSnapshot }) {
    const { id, description } = snapshot;
    const name = description === undefined ? '' : `: ${description}`;
    logger.info(`Snapshot ${id} is ${formatStatus(snapshot)}${created ? `${name}, to be kept for ${formatDays(retentionInDays)}` : ''}.`);
    onSnapshot({ snapshot, created });
}
function logResult({ cluster }, snapshot, durationMs, { logger }) {
    const { id, status, createdAt, expiresAt, storageSizeBytes } = snapshot;
    const facts = [
        durationMs >= 50 ? `after ${formatDuration(durationMs)}` : undefined,
        createdAt === undefined ? undefined : `restore point ${createdAt}`,
        storageSizeBytes === undefined || storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes),
        expiresAt === undefined ? undefined : `kept until ${expiresAt}`,
    ].filter((fact) => fact !== undefined);
    const message = [`Snapshot ${id} is ${formatStatus(snapshot)}`, ...facts].join(', ');
    if (status === 'completed')
        logger.notice(message);
    else
        logger.info(message);
    logger.info(`See it in Atlas: ${backupPage(cluster)}`);
}

;// CONCATENATED MODULE: ./build/src/snapshot/dry-run.js
















const NOTHING_TAKEN = 'This was a dry run: nothing was taken.';
/**
 * Checks credentials, cluster, lists and conflicts, and logs what the step would do. Never POSTs to the cluster.
 *
 * @throws ActionError if the step could not do what it is asked to do
 */
function dryRun(options, dependencies, cancel) {
    const { clock, logger, random } = dependencies;
    const onBeat = (waitedMs) => logger.info(`Still checking, after ${formatDuration(waitedMs)}.`);
    return withDeadline(options.timeoutMs, clock, cancel, async (deadline) => {
        const pollInterval = createPollInterval(options.pollIntervalMs, random);
        const context = { ...dependencies, deadline, pollInterval };
        const outage = new OutageTracker();
        logger.info('Dry run: this step takes nothing, and checks whether it could do what follows.');
        logPlan(options, logger);
        try {
            const { plan, unverified } = await withHeartbeat(clock, onBeat, () => check(options, context, outage));
            const creating = unverifiedCreation(options);
            logger.notice(['Dry run passed.', `Without dry-run this step would ${plan}.`, ...creating].join(' '));
            return { plan, unverified: [...unverified, ...creating] };
        }
        catch (error) {
            throw toDryRunFailure(error, outage);
        }
    });
}
async function check(options, context, outage) {
    if (options.snapshotId !== undefined)
        return { plan: await checkSnapshotId(options, options.snapshotId, context), unverified: [] };
    const unverified = await checkCluster(options, context, outage);
    return { plan: await checkCreation(options, context, outage), unverified };
}
async function checkCreation(options, context, outage) {
    const snapshots = await listSnapshots(context, outage, { failOnNonAtlasResponse: true });
    context.logger.info(`The snapshots of the cluster can be read: ${snapshots.length} by now.`);
    const reusable = findReusable(snapshots, options);
    if (reusable !== undefined) {
        context.onSnapshot({ snapshot: reusable, created: false });
        return `use snapshot ${formatSnapshotName(reusable)}, whose data is as of ${reusable.createdAt}`;
    }
    const other = findConflictingSnapshot(snapshots, undefined);
    if (other === undefined)
        return `${describeCreation(options)} ${describeWait(options)}`;
    const said = `Snapshot ${formatSnapshotName(other)}, which this step did not take, is ${formatStatus(other)}, and Atlas takes no other one on demand until it ends.`;
    if (options.onConflict === 'fail') {
        throw new ActionError({ ...SNAPSHOT_CONFLICT, message: said });
    }
    context.logger.warning(said);
    const way = options.onConflict === 'reuse'
        ? `use snapshot ${other.id}`
        : `wait until snapshot ${other.id} ends, ${describeCreation(options)}`;
    return `${way} ${describeWait(options)}`;
}
async function checkSnapshotId(options, snapshotId, context) {
    const attached = await attachTo(snapshotId, context);
    const { snapshot } = attached;
    context.logger.info(`Snapshot ${formatSnapshotName(snapshot)} is ${formatStatus(snapshot)}.`);
    context.onSnapshot(attached);
    assertNotFailed(attached);
    const after = isFinished(snapshot) ? '' : `, ${describeWait(options)}`;
    return `attach to snapshot ${formatSnapshotName(snapshot)}, ${formatStatus(snapshot)}${after}`;
}
/**
 * Returns what could not be checked, which is a warning.
 *
 * @throws ActionError if the cluster takes no snapshots
 */
async function checkCluster({ cluster, credentialName }, context, outage) {
    const { client, logger } = context;
    try {
        const read = await retry((signal) => client.getCluster(signal), context, outage, {
            failOnNonAtlasResponse: true,
        });
        const blocker = findBlocker(read);
        if (blocker !== undefined) {
            const { title, reason, remedy } = blocker;
            throw new ActionError({ title, message: `Cluster ${cluster.clusterName}: ${reason}.`, remedy });
        }
        logger.info(`Cluster ${cluster.clusterName} is there: ${describeCluster(read)}.`);
        return [];
    }
    catch (error) {
        if (!(error instanceof RejectedError && isRoleMissing(error.response)))
            throw error;
        const unchecked = `The ${credentialName} may not read the cluster itself, so that its size, its backup and whether it is paused stay unchecked (the role "Project Read Only" would let it).`;
        logger.warning(unchecked);
        return [unchecked];
    }
}
function describeCluster({ instanceSizes, backupEnabled, paused }) {
    return [
        instanceSizes.length === 0 ? 'size unknown' : instanceSizes.join(' and '),
        backupEnabled === undefined ? 'backup unknown' : 'backup on',
        paused === undefined ? 'unknown whether it is paused' : 'not paused',
    ].join(', ');
}
function describeCreation({ description, retentionInDays }) {
    return `take a snapshot (${description}) to be kept for ${formatDays(retentionInDays)}`;
}
/** A dry run can't verify that the credentials may create a snapshot. */
function unverifiedCreation({ credentialName, snapshotId }) {
    return snapshotId === undefined
        ? [`That the ${credentialName} may create snapshots stays unproven: only creating one could show it.`]
        : [];
}
/** The same error, which adds that nothing was created. */
function toDryRunFailure(error, outage) {
    if (error instanceof StopReason) {
        return interruptedError(error, {
            phase: 'checking what the step could do',
            message: `${outage.lastError === undefined ? '' : `${outage.lastError.message} `}${NOTHING_TAKEN}`,
            lastError: outage.lastError,
        });
    }
    return toActionError(error).with(NOTHING_TAKEN);
}

;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
var external_node_https_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_node_https_namespaceObject, 2);
;// CONCATENATED MODULE: external "node:url"
const external_node_url_namespaceObject = require("node:url");
;// CONCATENATED MODULE: ./build/src/atlas/node-http.js






/** No response of the Admin API comes near it. Reading on would let a server fill the runner's memory. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/**
 * The toolkit's client only gives the agents, for proxies and keep-alive. It cannot send the requests: it has no abort
 * signal, follows redirects, and never settles if the connection breaks in the middle of a body.
 */
function createHttpSender(userAgent) {
    const agents = new AgentPool(userAgent);
    return {
        send: async (request, signal) => {
            const agent = agents.forUrl(request.url);
            assertNotAborted(request, signal);
            const headers = { 'user-agent': userAgent, ...request.headers };
            try {
                return await sendOnce({ ...request, headers }, agent, signal);
            }
            catch (error) {
                throw toNetworkError(error, request, signal);
            }
        },
        close: () => agents.close(),
    };
}
/** The agents for the origins that a step talks to: direct, or through the proxy that the environment names. */
class AgentPool {
    #userAgent;
    #clients = new Map();
    constructor(userAgent) {
        this.#userAgent = userAgent;
    }
    forUrl(url) {
        // A client keeps one direct agent whatever the protocol, so each origin has its own.
        const client = this.#clients.get(url.origin) ?? new lib/* HttpClient */.Qq(this.#userAgent, [], { keepAlive: true });
        this.#clients.set(url.origin, client);
        return client.getAgent(url.href);
    }
    close() {
        for (const client of this.#clients.values())
            client.dispose();
    }
}
async function sendOnce(request, agent, signal) {
    const { url, method, headers } = request;
    const { request: open } = url.protocol === 'https:' ? external_node_https_namespaceObject_0 : external_node_http_namespaceObject_0;
    const outgoing = open({ ...(0,external_node_url_namespaceObject.urlToHttpOptions)(url), method, headers, agent });
    try {
        // Node's own `signal` option does not end the wait for a tunnel that hangs in CONNECT.
        return await rejectOnAbort(receive(outgoing, request), signal);
    }
    catch (error) {
        outgoing.destroy();
        throw error;
    }
}
async function receive(outgoing, request) {
    const message = await new Promise((resolve, reject) => {
        // An error can also come after the response. Then this listener keeps it from ending the process.
        outgoing.on('response', resolve).on('error', reject);
        // Without an error if the server switches to another protocol.
        outgoing.on('close', () => reject(new Error('the connection was closed without an answer')));
        outgoing.end(request.body);
    });
    // Only the server's side of this type lacks a status.
    return {
        status: message.statusCode ?? 0,
        headers: message.headersDistinct,
        body: await readBody(message, request),
    };
}
/** Reads a body to its end. Rejects if it is cut short or too large. */
function readBody(message, request) {
    const chunks = [];
    let bytes = 0;
    return new Promise((resolve, reject) => {
        message.on('data', (chunk) => {
            bytes += chunk.length;
            if (bytes > MAX_BODY_BYTES)
                reject(bodyTooLarge(request, MAX_BODY_BYTES));
            else
                chunks.push(chunk);
        });
        message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        message.on('error', reject);
    });
}

;// CONCATENATED MODULE: ./build/src/action/node-runtime.js



/** The `User-Agent` of all requests. */
const USER_AGENT = 'atlas-snapshot-action';
/** How runners cancel a step: SIGINT, then SIGTERM 7.5 s later. On Windows SIGINT, then SIGBREAK. */
const CANCEL_SIGNALS = process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM'];
/** The monotonic clock, so that a change of the runner's time of day moves no deadline. */
const systemClock = {
    now: () => performance.now(),
    setTimeout: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
    },
};
const systemRandom = {
    fraction: () => Math.random(),
    hex: (bytes) => (0,external_node_crypto_namespaceObject.randomBytes)(bytes).toString('hex'),
};
/** That of Node, which listens for cancellation from now on. */
function createNodeRuntime() {
    return {
        clock: systemClock,
        random: systemRandom,
        wallClock: createWallClock(),
        sender: createHttpSender(USER_AGENT),
        cancellation: listenForCancellation(),
    };
}
/** From the time of day at the start and the monotonic clock from then on. */
function createWallClock() {
    const start = Date.now() - systemClock.now();
    return () => start + systemClock.now();
}
function listenForCancellation() {
    const controller = new AbortController();
    const cancel = (signal) => controller.abort(new StopReason('cancelled', `the step was cancelled (${signal})`));
    for (const signal of CANCEL_SIGNALS)
        process.on(signal, cancel);
    return {
        signal: controller.signal,
        release: () => {
            for (const signal of CANCEL_SIGNALS)
                process.off(signal, cancel);
        },
    };
}

;// CONCATENATED MODULE: ./build/src/action/github-client.js




/** Why GitHub did not set the status, and what to do about it. */
class GitHubError extends Error {
    name = 'GitHubError';
}
const github_client_MAX_DETAIL_LENGTH = 500;
const CREATED = 201;
/** The client would log texts of the server as they are. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
/**
 * Sets a commit status with one request, which is never retried, at the API that `GITHUB_API_URL` names.
 *
 * @throws GitHubError if GitHub did not confirm it
 */
async function createCommitStatus(status, token, { send, signal }) {
    // Only a step with a token needs it.
    const { getOctokit } = await __nccwpck_require__.e(/* import() */ 413).then(__nccwpck_require__.bind(__nccwpck_require__, 413));
    const fetch = createFetch(send, 'Setting the commit status');
    const { rest } = getOctokit(token, { log: silent, userAgent: USER_AGENT, request: { fetch } });
    let answered;
    try {
        const answer = await rest.repos.createCommitStatus({ ...status, request: { signal, log: silent } });
        answered = answer.status;
    }
    catch (error) {
        throw toGitHubError(error, status);
    }
    // A redirect that is not followed would look like success.
    if (answered !== CREATED)
        throw new GitHubError(`${describeResponse(answered, undefined)}, not HTTP ${CREATED}. Check GITHUB_API_URL.`);
}
function toGitHubError(error, { owner, repo, sha }) {
    const answer = parseErrorAnswer(error);
    if (answer === undefined) {
        return new GitHubError(`The request to GitHub failed (${rootCause(error)}). Check the runner's network and its proxy variables (https_proxy, no_proxy).`, { cause: error });
    }
    const { status, detail } = answer;
    const remedy = remedyFor(answer, `commit ${sha} is in ${owner}/${repo}`);
    return new GitHubError(`${describeResponse(status, detail)}. ${remedy}`.trim(), { cause: error });
}
function remedyFor({ status, isLimit }, commitExists) {
    if (isLimit)
        return 'GitHub was asked too often with this token.';
    if (status === 401)
        return "Check github-token; the run's own token is the expression github.token.";
    if (status === 403 || status === 404)
        return 'Give the job `permissions: statuses: write`; the token of a run from a fork, or of Dependabot, can only read.';
    return status === 422 ? `Check that ${commitExists}.` : '';
}
function describeResponse(status, detail) {
    return `GitHub answered ${formatErrorResponse({ status, errorCode: undefined, detail, parameters: [] })}`;
}
/** The response in the client's error, `undefined` if the request itself failed. */
function parseErrorAnswer(error) {
    if (!isJsonObject(error) || !isJsonObject(error['response']))
        return undefined;
    const { status, data, headers } = error['response'];
    if (typeof status !== 'number')
        return undefined;
    const isLimit = status === 429 ||
        (isJsonObject(headers) && ('retry-after' in headers || headers['x-ratelimit-remaining'] === '0'));
    return { status, detail: github_client_parseDetail(data), isLimit };
}
function github_client_parseDetail(data) {
    if (!isJsonObject(data))
        return undefined;
    const { errors } = data;
    const more = Array.isArray(errors)
        ? errors.map((error) => (isJsonObject(error) ? asString(error['message']) : asString(error)))
        : [];
    return joinTruncated([asString(data['message']), ...more], github_client_MAX_DETAIL_LENGTH);
}
/** The client and its `fetch` each wrap the network error. */
function rootCause(error) {
    return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : errorMessage(error);
}
function ignore() {
    // Nothing is logged.
}
/** Redirects that keep method and body, as for a renamed repository. */
const SAME_REQUEST = [307, 308];
const MAX_REDIRECTS = 3;
/** Statuses without a body, which `Response` rejects. */
const WITHOUT_BODY = [204, 205, 304];
/**
 * The part of `fetch` that the client needs for POST, over `Send`, so that proxies and certificates are the same for all
 * requests of a step. Redirects are followed on the same origin only, because credentials go with them.
 *
 * @param purpose the subject of messages
 */
function createFetch(send, purpose) {
    return async (address, { headers = {}, body, signal }) => {
        let url = new URL(address);
        for (let redirects = 0;; redirects++) {
            const answer = await send({ purpose, method: 'POST', url, headers, ...(body && { body }) }, signal);
            const next = redirects < MAX_REDIRECTS ? parseRedirect(answer, url) : undefined;
            if (next === undefined)
                return toResponse(answer);
            url = next;
        }
    };
}
function parseRedirect({ status, headers }, from) {
    const location = headers['location']?.[0];
    if (!SAME_REQUEST.includes(status) || location === undefined || !URL.canParse(location, from.href))
        return undefined;
    const next = new URL(location, from);
    return next.origin === from.origin ? next : undefined;
}
function toResponse({ status, headers, body }) {
    const pairs = Object.entries(headers).flatMap(([name, values = []]) => values.map((value) => [name, value]));
    return new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers: pairs });
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
;// CONCATENATED MODULE: ./build/src/action/runner-files.js


const OUTPUT_VARIABLE = 'GITHUB_OUTPUT';
/**
 * Reports an output file that could not be written later, when there is a snapshot already. Without the variable, as in
 * a shell, the toolkit prints the outputs.
 *
 * @param env the environment of this process, which the toolkit reads by itself
 */
function checkOutputFile(env, reader) {
    const path = env[OUTPUT_VARIABLE] ?? '';
    if (path === '')
        return;
    try {
        assertRegularFile(path);
        (0,external_node_fs_namespaceObject.closeSync)((0,external_node_fs_namespaceObject.openSync)(path, external_node_fs_namespaceObject.constants.O_WRONLY | external_node_fs_namespaceObject.constants.O_APPEND));
    }
    catch (error) {
        reader.addProblem(OUTPUT_VARIABLE, `${OUTPUT_VARIABLE} must name a regular file that this step can append to (${errorMessage(error)}). The runner sets it, so check the env of this job and the runner's disk.`);
    }
}
/**
 * Appends to a file of the runner, which is created if it is missing.
 *
 * @throws Error if it is another kind of file, or cannot be written
 */
function appendToFile(path, text) {
    if ((0,external_node_fs_namespaceObject.statSync)(path, { throwIfNoEntry: false }) !== undefined)
        assertRegularFile(path);
    (0,external_node_fs_namespaceObject.appendFileSync)(path, text);
}
/** The text of a file of the runner. @throws Error if it is another kind of file, or cannot be read */
function readTextFile(path) {
    assertRegularFile(path);
    return (0,external_node_fs_namespaceObject.readFileSync)(path, 'utf8');
}
/** Looks before a file is opened, because opening a FIFO blocks until somebody opens its other end. */
function assertRegularFile(path) {
    if (!(0,external_node_fs_namespaceObject.statSync)(path).isFile())
        throw new Error(`${path} is not a regular file`);
}

;// CONCATENATED MODULE: ./build/src/action/commit-status.js







const HEAD_SHA_PATH = ['pull_request', 'head', 'sha'];
/** For a merged pull request: after a squash or a rebase its head is on no branch that is deployed. */
const MERGE_SHA_PATH = ['pull_request', 'merge_commit_sha'];
/**
 * Where the payload of an event has the deployed commit, if `GITHUB_SHA` is another commit: for a pull request it is the
 * merge with the base or the base itself, for a workflow run or a check the newest commit of the default branch.
 */
const COMMIT_OF_EVENT = new Map([
    ['pull_request', HEAD_SHA_PATH],
    ['pull_request_target', HEAD_SHA_PATH],
    ['pull_request_review', HEAD_SHA_PATH],
    ['pull_request_review_comment', HEAD_SHA_PATH],
    ['deployment', ['deployment', 'sha']],
    ['deployment_status', ['deployment', 'sha']],
    ['workflow_run', ['workflow_run', 'head_sha']],
    ['check_run', ['check_run', 'head_sha']],
    ['check_suite', ['check_suite', 'head_sha']],
]);
/** SHA-1 or SHA-256. */
const SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
/** GitHub rejects a longer one. */
const MAX_DESCRIPTION_LENGTH = 140;
const COMMIT_STATUS_LIMIT = {
    limitMs: 10_000,
    stoppedMs: 500,
    timeoutMessage: (limit) => `GitHub did not answer within ${limit}.`,
};
/**
 * Shows how the step ended as the status `atlas-snapshot/GROUP-ID/CLUSTER` of the deployed commit. Never throws: a failure
 * is one warning, because the snapshot is what counts. Takes 10 s at most, and 0.5 s once the step is cancelled or
 * timed out.
 */
async function reportCommitStatus(report, token, { send, clock, logger, env, stop }) {
    try {
        const status = toCommitStatus(report, readEvent(env), env);
        // The client cannot be aborted while it loads, and wraps the reason of an abort.
        await withTimeLimit(COMMIT_STATUS_LIMIT, clock, stop, (limit) => rejectOnAbort(createCommitStatus(status, token, { send, signal: limit }), limit));
        logger.info(`Commit ${status.sha} has the status ${status.context}: ${status.state}.`);
    }
    catch (error) {
        const reason = errorMessage(error).replaceAll(token, '***');
        logger.warning(`The commit status could not be set. ${reason}`);
    }
}
/**
 * @param event the payload of the event that started the run
 * @throws Error if the run names no repository or commit
 */
function toCommitStatus(report, event, env) {
    const { groupId, clusterName } = report.cluster;
    const [owner, repo] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
    const sha = deployedCommit(event, env);
    if (!owner || !repo)
        throw new Error('GITHUB_REPOSITORY names no repository.');
    if (sha === undefined)
        throw new Error('Neither the event of this run nor GITHUB_SHA names a commit.');
    const url = runUrl(env);
    return {
        owner,
        repo,
        sha,
        state: toState(report),
        context: `atlas-snapshot/${groupId}/${clusterName}`,
        description: truncateMiddle(sanitizeLine(toDescription(report)), MAX_DESCRIPTION_LENGTH),
        ...(url === undefined ? {} : { target_url: url }),
    };
}
function toState({ end, snapshot }) {
    if (end === 'cancelled')
        return 'error';
    if (end === 'failed')
        return 'failure';
    return snapshot?.status === 'completed' ? 'success' : 'pending';
}
function toDescription({ end, snapshot, errorTitle }) {
    if (end !== 'succeeded') {
        const title = errorTitle ?? `The step ${end === 'failed' ? 'failed' : 'was cancelled'}`;
        return snapshot === undefined ? title : `${title} (snapshot ${snapshot.id}, ${snapshot.status})`;
    }
    if (snapshot === undefined)
        return 'There is no snapshot yet';
    const { id, status, createdAt } = snapshot;
    if (status !== 'completed')
        return `Snapshot ${id} is ${status} and goes on in Atlas`;
    return `Snapshot ${id} is completed${createdAt === undefined ? '' : `: data as of ${createdAt}`}`;
}
/** The page of this attempt, because a re-run keeps its ID. */
function runUrl(env) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    if (!server || !repository || !run)
        return undefined;
    const attempt = env['GITHUB_RUN_ATTEMPT'];
    return `${server}/${repository}/actions/runs/${run}${attempt ? `/attempts/${attempt}` : ''}`;
}
/** The event's payload, `undefined` if there is none that can be read. */
function readEvent(env) {
    try {
        return parseJson(readTextFile(env['GITHUB_EVENT_PATH'] ?? ''));
    }
    catch {
        return undefined;
    }
}
/**
 * The commit that a run deploys.
 *
 * @param event the payload of the event that started the run, `undefined` if it could not be read
 * @returns 40 or 64 hexadecimal digits, `undefined` if the run names no commit
 */
function deployedCommit(event, env) {
    const path = COMMIT_OF_EVENT.get(env['GITHUB_EVENT_NAME'] ?? '');
    const isMerged = path === HEAD_SHA_PATH && valueAt(event, ['pull_request', 'merged']) === true;
    const named = path && asString(valueAt(event, isMerged ? MERGE_SHA_PATH : path));
    return [named, env['GITHUB_SHA']].find((sha) => sha !== undefined && SHA.test(sha));
}
function valueAt(value, path) {
    return path.reduce((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);
}

;// CONCATENATED MODULE: ./build/src/action/input-parsers.js
/** The message says what the value must be, as the end of a sentence. */
class InvalidValue extends Error {
    name = 'InvalidValue';
}
const OBJECT_ID = /^[0-9a-f]{24}$/i;
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;
const INTEGER = /^\d+$/;
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const TOKEN = /^[\x21-\x7e]+$/;
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i;
/** A MongoDB ObjectId, in lower case as the API sends it. */
const objectId = (text) => {
    if (!OBJECT_ID.test(text))
        throw new InvalidValue('24 hexadecimal digits');
    return text.toLowerCase();
};
const clusterName = (text) => {
    if (!CLUSTER_NAME.test(text)) {
        throw new InvalidValue('letters, digits and hyphens, a letter or digit first, 64 characters at most');
    }
    return text;
};
const anyText = (text) => text;
/** A secret that is sent in a header. If it cannot be part of one, `fetch` would quote it in its error. */
const token = (text) => {
    if (!TOKEN.test(text))
        throw new InvalidValue('one line of ASCII characters without blanks');
    return text;
};
/** YAML 1.2 core schema, section 10.3.2. */
const input_parsers_boolean = (text) => {
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    if (['false', 'False', 'FALSE'].includes(text))
        return false;
    throw new InvalidValue('true or false');
};
/** A whole number, 1 or more. */
const positiveInteger = (text) => {
    const value = Number(text);
    if (!INTEGER.test(text) || value < 1 || !Number.isSafeInteger(value)) {
        throw new InvalidValue('a whole number, 1 or more');
    }
    return value;
};
/** A number above 0, or from `min` if that is given, decimals allowed, at most `max`. */
function positiveNumber({ min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
    return (text) => {
        const value = Number(text);
        if (!DECIMAL.test(text) || value <= 0 || value < min || value > max) {
            const lowest = min === 0 ? 'a number above 0' : `a number, ${min} or more`;
            throw new InvalidValue(max === Number.MAX_SAFE_INTEGER ? lowest : `${lowest}, at most ${max}`);
        }
        return value;
    };
}
function oneOf(...choices) {
    return (text) => {
        const choice = choices.find((candidate) => candidate === text);
        if (choice === undefined)
            throw new InvalidValue(`${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`);
        return choice;
    };
}
/** An origin: `https:`, or `http:` to this machine. */
const baseUrl = (text) => {
    const expected = 'an origin such as https://cloud.mongodb.com, with http: only for a loopback address';
    if (!ORIGIN.test(text) || !URL.canParse(text))
        throw new InvalidValue(expected);
    const { protocol, hostname, origin } = new URL(text);
    if (protocol !== 'https:' && !LOOPBACK_HOST.test(hostname))
        throw new InvalidValue(expected);
    return origin;
};

;// CONCATENATED MODULE: ./build/src/action/input-reader.js

/** Every input of action.yml. */
const INPUT_NAMES = (/* unused pure expression or super */ null && ([
    'group-id',
    'cluster-name',
    'public-key',
    'private-key',
    'client-id',
    'client-secret',
    'retention-days',
    'description',
    'wait',
    'timeout-minutes',
    'poll-interval-seconds',
    'on-conflict',
    'snapshot-id',
    'reuse-within-minutes',
    'dry-run',
    'base-url',
    'api-version',
    'job-summary',
    'github-token',
]));
/** All bad inputs at once. */
class InputErrors extends Error {
    name = 'InputErrors';
    problems;
    constructor(problems) {
        super(problems.map(({ message }) => message).join(' '));
        this.problems = problems;
    }
}
/** Inputs whose values are masked. */
const SECRET_INPUTS = ['private-key', 'client-secret', 'github-token'];
/** Inputs whose values never appear in a message. The secret half can be in the place of the public one. */
const UNQUOTED_INPUTS = [...SECRET_INPUTS, 'public-key', 'client-id'];
/** No good value is longer, but a secret in the wrong place can be, and no mask hides half of it. */
const MAX_QUOTE_LENGTH = 100;
/** Parses inputs and collects every problem, so that all are reported in one run. */
class InputReader {
    #get;
    #problems = [];
    constructor(get) {
        this.#get = get;
    }
    /**
     * Reads an input that must be set.
     *
     * @returns the value, to be called after `assertNoProblems`
     */
    required(name, parse) {
        const hint = 'it is required. If its value comes from vars or secrets, check that there is one of that name, and whether it belongs to an environment that the job does not name.';
        return this.#readFull(name, parse, hint);
    }
    /** Reads an input with a default. An explicit empty value (an unset variable) must not turn the gate into a no-op. */
    withDefault(name, parse) {
        return this.#readFull(name, parse, 'give it a value, or leave it out for its default.');
    }
    /** Reads an input that can be empty. */
    optional(name, parse) {
        return this.#get(name) === '' ? () => undefined : this.#read(name, parse);
    }
    addProblem(inputs, message) {
        this.#problems.push({ inputs, message });
    }
    /** @throws InputErrors if anything was wrong */
    assertNoProblems() {
        if (this.#problems.length > 0)
            throw new InputErrors(this.#problems);
    }
    #readFull(name, parse, hint) {
        if (this.#get(name) !== '')
            return this.#read(name, parse);
        this.addProblem(name, `${name} is empty: ${hint}`);
        return unread;
    }
    #read(name, parse) {
        const text = this.#get(name);
        try {
            const value = parse(text);
            return () => value;
        }
        catch (error) {
            if (!(error instanceof InvalidValue))
                throw error;
            this.addProblem(name, `${name}${this.#quote(name)} has to be ${error.message}.`);
            return unread;
        }
    }
    #quote(name) {
        return UNQUOTED_INPUTS.includes(name) ? '' : ` is ${input_reader_quote(this.#get(name))}, but`;
    }
}
function unread() {
    throw new Error('an input was used though it is bad');
}
/** The value without the user and password of a URL. If it is long, only its length. */
function input_reader_quote(text) {
    const value = text.replace(/\/\/.*@/s, '//***@');
    return value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value);
}

// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var lib_proxy = __nccwpck_require__(783);
;// CONCATENATED MODULE: ./build/src/action/network-environment.js

/** In the order in which the toolkit reads them. */
const HTTPS_PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY'];
/** The last two only matter to loopback addresses, which never go through a proxy. */
const PROXY_VARIABLES = [...HTTPS_PROXY_VARIABLES, 'http_proxy', 'HTTP_PROXY'];
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';
/** The one value with which Node does not verify certificates. */
const TLS_OFF = '0';
/**
 * Reports a proxy variable that the toolkit would ignore, so that requests would bypass the proxy, or that it can't use. A
 * variable that does not matter to `baseUrl`, because of `no_proxy` or otherwise, is not checked.
 *
 * @param baseUrl the input. A bad one is reported by its own parser.
 * @param env the environment of this process, which the toolkit reads by itself
 */
function checkProxy(baseUrl, env, reader) {
    const variable = HTTPS_PROXY_VARIABLES.find((name) => (env[name] ?? '') !== '');
    if (variable === undefined || !URL.canParse(baseUrl))
        return;
    const target = new URL(baseUrl);
    if (target.protocol !== 'https:' || (0,lib_proxy/* checkBypass */.H)(target) || isUsable(target))
        return;
    reader.addProblem(variable, `${variable} has to be the URL of an HTTP proxy, such as http://proxy.example:3128, with user and password percent-encoded; a proxy that is itself reached by TLS, or at a literal IPv6 address, is not supported. Its value is not shown, since it may hold a password.`);
}
/**
 * Reports the variable that turns off the verification of certificates, if the step sends requests over TLS: to Atlas, or
 * with `github-token` to GitHub.
 *
 * @param env the environment of this process, which Node reads by itself
 */
function checkTlsVerification(get, env, reader) {
    const usesTls = /^https:/i.test(get('base-url')) || get('github-token') !== '';
    if (env[TLS_VARIABLE] !== TLS_OFF || !usesTls)
        return;
    reader.addProblem(TLS_VARIABLE, `${TLS_VARIABLE} is ${TLS_OFF}, by which anybody between the runner and Atlas could answer with a certificate of their own and get the credentials. Set it to 1 for this step (env: ${TLS_VARIABLE}: '1'), and behind a proxy that opens TLS name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS.`);
}
/**
 * The passwords in all proxy variables, as written, as the URL parser has them, decoded and percent-encoded, and the
 * `Proxy-Authorization` that the toolkit makes from each (RFC 7617), without its scheme.
 */
function proxySecrets(env) {
    return PROXY_VARIABLES.flatMap((name) => {
        const value = env[name] ?? '';
        const urls = [value, `http://${value}`].filter((text) => URL.canParse(text)).map((text) => new URL(text));
        const encoded = [findPassword(value), ...urls.map(({ password }) => password)];
        const passwords = encoded.filter((password) => password !== '').flatMap(listEncodings);
        const headers = urls.flatMap(({ username, password }) => username === '' && password === '' ? [] : basicAuthorization(decode(username), decode(password)));
        return [...new Set([...passwords, ...headers])];
    });
}
/** The password as it is written, also in a value that is no URL. */
function findPassword(value) {
    const [, user = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/)?(.*)@/is.exec(value) ?? [];
    return /^[^:]*:(.+)$/s.exec(user)?.[1] ?? '';
}
function listEncodings(written) {
    const password = decode(written);
    return [written, password, encodeURIComponent(password)];
}
function basicAuthorization(user, password) {
    return Buffer.from(`${user}:${password}`).toString('base64');
}
/** Whether the toolkit would send requests to the target through a proxy, and rightly. */
function isUsable(target) {
    try {
        const proxy = (0,lib_proxy/* getProxyUrl */.s)(target);
        // `proxy.example:3128` is a URL as well, of the scheme `proxy.example:` and without a host.
        return proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname);
    }
    catch {
        return false;
    }
}
/** The text itself if it is not percent-encoded. */
function decode(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./build/src/action/credential-inputs.js


/** The names that the Atlas CLI reads. */
const PUBLIC_KEY_VARIABLE = 'MONGODB_ATLAS_PUBLIC_API_KEY';
const PRIVATE_KEY_VARIABLE = 'MONGODB_ATLAS_PRIVATE_API_KEY';
const CLIENT_ID_VARIABLE = 'MONGODB_ATLAS_CLIENT_ID';
const CLIENT_SECRET_VARIABLE = 'MONGODB_ATLAS_CLIENT_SECRET';
/** The form of the secret halves in Atlas. The public ones are logged, so a secret must not be in their place. */
const SECRETS = [
    { name: 'private key', kind: 'apiKey', pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
    { name: 'client secret', kind: 'serviceAccount', pattern: /^mdb_sa_sk_/i },
];
const PUBLIC_INPUTS = ['public-key', 'client-id'];
/** The most common reason why there are none, or only the half that is in `vars`. */
const NO_SECRETS = 'A run from a fork, or of Dependabot, gets no secrets.';
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
/** Every secret that must be masked before anything else, also one in the place of a public half. */
function collectSecrets(get, env) {
    const secrets = [
        ...SECRET_INPUTS.map((name) => get(name)),
        ...[PRIVATE_KEY_VARIABLE, CLIENT_SECRET_VARIABLE].map((name) => env[name] ?? ''),
        ...proxySecrets(env),
    ];
    const publicHalves = [
        ...PUBLIC_INPUTS.map((name) => get(name)),
        ...[PUBLIC_KEY_VARIABLE, CLIENT_ID_VARIABLE].map((name) => env[name] ?? ''),
    ];
    const exposed = publicHalves.filter((value) => detectSecretKind(value.trim()) !== undefined);
    return [...secrets, ...exposed].flatMap((secret) => (secret.trim() === '' ? [] : [secret.trim()]));
}
function detectSecretKind(value) {
    return SECRETS.find(({ pattern }) => pattern.test(value));
}
/**
 * Exactly one pair, complete and from one source: any credential input that is not empty turns the environment off.
 *
 * @returns the credentials, to be called only if no problem was added to the reader
 */
function readCredentials(get, env, reader) {
    const input = (name) => ({ name, value: get(name) });
    const variable = (name) => ({ name, value: env[name]?.trim() ?? '' });
    const inputs = {
        apiKey: [input('public-key'), input('private-key')],
        serviceAccount: [input('client-id'), input('client-secret')],
    };
    const environment = {
        apiKey: [variable(PUBLIC_KEY_VARIABLE), variable(PRIVATE_KEY_VARIABLE)],
        serviceAccount: [variable(CLIENT_ID_VARIABLE), variable(CLIENT_SECRET_VARIABLE)],
    };
    const found = selectCredentials(toFields(inputs).some(isSet) ? inputs : environment);
    if ('kind' in found)
        return () => found;
    for (const { inputs, message } of found)
        reader.addProblem(inputs, message);
    return () => {
        throw new Error('credentials were used though they are bad');
    };
}
function selectCredentials(source) {
    const { apiKey, serviceAccount } = source;
    const given = toFields(source).filter(isSet);
    const names = given.map(({ name }) => name).join(', ');
    if (given.length === 0) {
        const message = `There are no credentials: set public-key and private-key, or client-id and client-secret. ${NO_SECRETS}`;
        return [{ inputs: 'credentials', message }];
    }
    if (apiKey.some(isSet) && serviceAccount.some(isSet)) {
        const message = `There are two kinds of credentials (${names}): give an API key or a service account, not both.`;
        return [{ inputs: names, message }];
    }
    const pair = apiKey.some(isSet) ? apiKey : serviceAccount;
    const missing = pair.find((field) => !isSet(field));
    if (missing !== undefined) {
        const what = `is empty, but ${names} is set: a pair comes whole from one place.`;
        return [problem(missing, missing === pair[1] ? `${what} ${NO_SECRETS}` : what)];
    }
    const unusable = pair.filter(({ value }) => CONTROL_CHARACTER.test(value));
    if (unusable.length > 0)
        return unusable.map((field) => problem(field, 'has to be one line without control characters.'));
    const exposed = findMisplacedSecret(pair, source);
    if (exposed !== undefined)
        return [exposed];
    return pair === apiKey ? toApiKey(pair) : toServiceAccount(pair);
}
/** A secret in the place of the pair's public half. */
function findMisplacedSecret([publicHalf, secretHalf], source) {
    const secret = detectSecretKind(publicHalf.value);
    if (secret === undefined)
        return undefined;
    const [, home] = source[secret.kind];
    return problem(publicHalf, home === secretHalf
        ? `looks like a ${secret.name}: the two halves seem to be swapped.`
        : `looks like a ${secret.name}, which belongs in ${home.name}.`);
}
function toApiKey([publicKey, privateKey]) {
    return { kind: 'apiKey', publicKey: publicKey.value, privateKey: privateKey.value };
}
function toServiceAccount([clientId, clientSecret]) {
    // RFC 7617 section 2: what comes after the first colon would be taken for the secret.
    if (clientId.value.includes(':'))
        return [problem(clientId, 'must not contain a colon.')];
    return { kind: 'serviceAccount', clientId: clientId.value, clientSecret: clientSecret.value };
}
function problem({ name }, what) {
    return { inputs: name, message: `${name} ${what}` };
}
function toFields({ apiKey, serviceAccount }) {
    return [...apiKey, ...serviceAccount];
}
function isSet({ value }) {
    return value !== '';
}

;// CONCATENATED MODULE: ./build/src/action/inputs.js






const MAX_TIMEOUT_MINUTES = 7200;
const POLL_SECONDS = { min: 0.1, max: 3600 };
const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;
/**
 * Checks all inputs by the rules of action.yml's table.
 *
 * @throws InputErrors with everything that is wrong
 */
function parseInputs(get, env) {
    const reader = new InputReader(get);
    const groupId = reader.required('group-id', objectId);
    const cluster = reader.required('cluster-name', clusterName);
    const credentials = readCredentials(get, env, reader);
    const retentionInDays = reader.withDefault('retention-days', positiveInteger);
    const description = reader.optional('description', anyText);
    const wait = reader.withDefault('wait', input_parsers_boolean);
    const timeoutMinutes = reader.withDefault('timeout-minutes', positiveNumber({ max: MAX_TIMEOUT_MINUTES }));
    const pollSeconds = reader.optional('poll-interval-seconds', positiveNumber(POLL_SECONDS));
    const onConflict = reader.withDefault('on-conflict', oneOf('wait', 'reuse', 'fail'));
    const snapshotId = reader.optional('snapshot-id', objectId);
    const reuseMinutes = reader.optional('reuse-within-minutes', positiveNumber());
    const dryRun = reader.withDefault('dry-run', input_parsers_boolean);
    const origin = reader.withDefault('base-url', baseUrl);
    checkProxy(get('base-url'), env, reader);
    checkTlsVerification(get, env, reader);
    checkOutputFile(env, reader);
    const apiVersion = reader.withDefault('api-version', oneOf('2023-01-01', 'v1.0'));
    const jobSummary = reader.withDefault('job-summary', input_parsers_boolean);
    const githubToken = reader.optional('github-token', token);
    checkCombinations(get, reader);
    reader.assertNoProblems();
    const given = credentials();
    const pollInterval = pollSeconds();
    const reuseWithin = reuseMinutes();
    return {
        options: {
            cluster: { baseUrl: origin(), apiVersion: apiVersion(), groupId: groupId(), clusterName: cluster() },
            credentialName: describeCredentials(given),
            description: description() ?? defaultDescription(env),
            retentionInDays: retentionInDays(),
            wait: wait(),
            onConflict: onConflict(),
            snapshotId: snapshotId(),
            reuseWithinMs: reuseWithin === undefined ? undefined : reuseWithin * MS_PER_MINUTE,
            timeoutMs: timeoutMinutes() * MS_PER_MINUTE,
            pollIntervalMs: pollInterval === undefined ? undefined : pollInterval * MS_PER_SECOND,
        },
        credentials: given,
        dryRun: dryRun(),
        jobSummary: jobSummary(),
        githubToken: githubToken(),
    };
}
/** Reports inputs that are only bad together. */
function checkCombinations(get, reader) {
    if (get('snapshot-id') !== '' && get('reuse-within-minutes') !== '') {
        reader.addProblem('snapshot-id, reuse-within-minutes', 'snapshot-id and reuse-within-minutes exclude each other: the one names the snapshot, the other looks for one.');
    }
    // What is empty or no number is reported by its own parser.
    const pollSeconds = Number(get('poll-interval-seconds'));
    const limitMinutes = Number(get('timeout-minutes'));
    const limitSeconds = (limitMinutes * MS_PER_MINUTE) / MS_PER_SECOND;
    const waits = get('wait').toLowerCase() === 'true';
    if (waits && limitSeconds > 0 && pollSeconds >= limitSeconds) {
        reader.addProblem('poll-interval-seconds, timeout-minutes', `poll-interval-seconds (${pollSeconds} seconds) has to be shorter than timeout-minutes (${limitMinutes} minutes, which is ${limitSeconds} seconds): the first poll would come too late. Lower poll-interval-seconds, leave it empty, or raise timeout-minutes.`);
    }
}
const SHORT_SHA = 7;
/** `OWNER/REPO@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, so that a snapshot in Atlas leads back to its run. */
function defaultDescription(env) {
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const sha = env['GITHUB_SHA']?.slice(0, SHORT_SHA) ?? '';
    const run = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']].filter((part) => part !== undefined && part !== '');
    const parts = [
        sha === '' ? repository : `${repository}@${sha}`,
        env['GITHUB_WORKFLOW'] ?? '',
        run.length === 0 ? '' : `run ${run.join('.')}`,
    ].filter((part) => part !== '');
    return parts.length === 0 ? 'Atlas snapshot action' : parts.join(' ');
}

;// CONCATENATED MODULE: ./build/src/action/html.js

const URL_IN_TEXT = /https?:\/\/[^\s"<>]*[^\s"<>.,;:)]/g;
/** A text that can come from outside, as one line of HTML without any markup of its own. */
function escapeHtml(text) {
    return escapeLine(sanitizeLine(text));
}
/** A text of this project as HTML, with its addresses as links. */
function linkify(text) {
    const line = sanitizeLine(text);
    const pieces = [];
    let end = 0;
    for (const { 0: url, index } of line.matchAll(URL_IN_TEXT)) {
        pieces.push(escapeLine(line.slice(end, index)), html_link(url, url));
        end = index + url.length;
    }
    return [...pieces, escapeLine(line.slice(end))].join('');
}
function html_link(url, text) {
    return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;
}
/** The same of a text that is one line already. */
function escapeLine(line) {
    return line
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;');
}

;// CONCATENATED MODULE: ./build/src/action/masks.js



/** What a message cuts off at the end of a server's text. */
const END_OF_SENTENCE = /[.\s]+$/;
/** Has the runner mask a secret in every form in which it can be logged, or shown in the summary. */
function maskSecret(secret) {
    for (const form of listForms(secret))
        core_setSecret(form);
}
/**
 * Every form that a text can take on its way into the log or the summary, if a server repeats it. The runner adds forms
 * of its own to each (base64, JSON, percent-encoding).
 */
function listForms(secret) {
    const lines = [
        toPlainLine(secret),
        // In the middle of a line, where `::` stays as it is, and before a bracket, with which `##` is a command.
        toPlainLine(`x${secret}x`).slice(1, -1),
        toPlainLine(`x${secret}[`).slice(1, -1),
    ];
    const texts = [secret, ...lines].flatMap((text) => [text, text.replace(END_OF_SENTENCE, '')]);
    const forms = texts.flatMap((text) => [text, escapeLine(text)]).map((form) => form.trim());
    return [...new Set(forms)].filter((form) => form !== '');
}

;// CONCATENATED MODULE: ./build/src/action/output-rules.js


/** An instant in ISO 8601, with its offset from UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const ID = /^[0-9a-f]{24}$/i;
const CLUSTER_TYPES = ['replicaSet', 'shardedCluster'];
/** Half of the 1 MB that GitHub lets the outputs of a job have together. */
const MAX_BYTES = 512 * 1024;
const output_rules_MAX_QUOTE_LENGTH = 100;
/**
 * What is wrong with the value of an output by the rules of action.yml, `undefined` if nothing is. Later steps calculate
 * with these values, so a value of Atlas that breaks a rule must not reach them.
 */
function findOutputProblem(name, value) {
    if (value === '')
        return undefined;
    const quoted = truncateMiddle(value, output_rules_MAX_QUOTE_LENGTH);
    const empty = (reason, emptyValue = '') => ({ reason, emptyValue });
    const bytes = Buffer.byteLength(value);
    if (bytes > MAX_BYTES)
        return empty(`it would have ${formatBytes(bytes)}, and the limit is ${formatBytes(MAX_BYTES)}`, name === 'snapshot-ids' ? '[]' : '');
    switch (name) {
        case 'created-at':
        case 'expires-at':
            return isInstant(value) ? undefined : empty(`"${quoted}" is not an instant in ISO 8601`);
        case 'type':
            return CLUSTER_TYPES.includes(value)
                ? undefined
                : empty(`"${quoted}" is neither ${CLUSTER_TYPES.join(' nor ')}`);
        case 'snapshot-ids':
            return isIdList(value)
                ? undefined
                : empty(`${quoted} is not a list of IDs of 24 hexadecimal digits`, '[]');
        default:
            return undefined;
    }
}
/** Each by itself, because a pattern for the whole list overflows the stack on megabytes. */
function isIdList(json) {
    const ids = asStrings(parseJson(json));
    return ids?.every((id) => ID.test(id)) === true;
}
function isInstant(value) {
    return INSTANT.test(value) && !Number.isNaN(Date.parse(value));
}

;// CONCATENATED MODULE: ./build/src/action/outputs.js






/** The values of all outputs as Atlas gave them. What is not known is empty. */
function toOutputs(cluster, { snapshot, created, snapshotIds, durationMs }) {
    const ids = snapshotIds ?? (snapshot === undefined || snapshot.type === 'shardedCluster' ? [] : [snapshot.id]);
    return {
        'snapshot-id': snapshot?.id ?? '',
        status: snapshot?.status ?? '',
        created: created === undefined ? '' : String(created),
        type: snapshot?.type ?? '',
        'snapshot-ids': JSON.stringify(ids),
        description: snapshot?.description ?? '',
        'created-at': snapshot?.createdAt ?? '',
        'expires-at': snapshot?.expiresAt ?? '',
        'storage-size-bytes': snapshot?.storageSizeBytes === undefined ? '' : String(snapshot.storageSizeBytes),
        'duration-seconds': snapshot === undefined ? '' : String(Math.round((durationMs ?? 0) / 1000)),
        url: backupPage(cluster),
        snapshot: snapshot === undefined ? '' : toJson(snapshot),
    };
}
/** Writes the outputs as soon as they are known, so that even a killed step has set the snapshot ID. */
class OutputRecorder {
    #options;
    #clock;
    #logger;
    /** The outputs whose values are not what they must be, which is said once. */
    #warned = new Set();
    /** The values that the runner has already. */
    #written = new Map();
    #result = {};
    /** When the snapshot's ID became known. */
    #knownSince;
    /** Whether the step fails because the outputs could not be written. */
    #writeFailed = false;
    constructor(options, clock, logger) {
        this.#options = options;
        this.#clock = clock;
        this.#logger = logger;
    }
    get result() {
        return this.#result;
    }
    /** Keeps the snapshot as last seen. Writes the outputs if its status changed. */
    recordSnapshot(observed) {
        this.#knownSince ??= this.#clock.now();
        const statusChanged = observed.snapshot.status !== this.#result.snapshot?.status;
        this.#result = { ...this.#result, ...observed };
        if (statusChanged)
            this.write({});
    }
    /** @throws ActionError if the outputs cannot be written, because later steps would read nothing */
    write(more) {
        this.#result = { ...this.#result, ...more };
        const outputs = toOutputs(this.#options.cluster, this.#result);
        try {
            for (const [name, given] of Object.entries(outputs)) {
                const value = this.#check(name, given);
                if (this.#written.get(name) === value)
                    continue;
                setOutput(name, value);
                this.#written.set(name, value);
            }
        }
        catch (error) {
            this.#writeFailed = true;
            throw notWrittenError(outputs, error);
        }
    }
    /** The value, or an empty one with a warning if it is not what action.yml says. */
    #check(name, value) {
        const problem = findOutputProblem(name, value);
        if (problem === undefined)
            return value;
        if (!this.#warned.has(name))
            this.#logger.warning(`The output ${name} is empty: ${problem.reason}.`);
        this.#warned.add(name);
        return problem.emptyValue;
    }
    /** The same for a failed step: an error here is a warning, unless it is the one that the step failed with. */
    writeOnFailure() {
        const isReported = this.#writeFailed;
        const since = this.#options.wait ? this.#knownSince : undefined;
        try {
            this.write({ durationMs: since === undefined ? 0 : this.#clock.now() - since });
        }
        catch (error) {
            if (!isReported)
                this.#logger.warning(errorMessage(error));
        }
    }
}
function notWrittenError(outputs, cause) {
    const id = outputs['snapshot-id'];
    return new ActionError({
        title: TITLES.outputsNotWritten,
        message: `${errorMessage(cause)}.${id === '' ? '' : ` Snapshot ${id} exists and is ${formatStatus(outputs)}.`}`,
        remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT.${id === '' ? '' : ` Then run this again with snapshot-id ${id}.`}`,
        cause,
    });
}

;// CONCATENATED MODULE: ./build/src/action/gantt.js
/** Of more rows the middle is left out. */
const MAX_ROWS = 40;
/** Short names, because Mermaid lets longer ones run into the bars. */
const SECTIONS = [
    ['step', 'This step'],
    ['retry', 'Retries'],
    ['snapshot', 'In Atlas'],
];
/** Shorter spans do not matter to a reader. */
const MIN_VISIBLE_MS = 100;
/** A bar that is a smaller share of the whole would be invisible. */
const MIN_BAR_FRACTION = 0.01;
/** A longer name fits on neither side of its bar. */
const MAX_NAME_LENGTH = 60;
const MAX_STATUS_LENGTH = 30;
const STATUS_NAMES = { queued: 'queued', inProgress: 'in progress' };
/** Beside their marks. Mermaid draws a name as short as `failed` over its mark at the right border. */
const END_NAMES = { completed: 'completed', failed: 'snapshot failed' };
/** More ticks would hide the names in the chart. */
const MAX_TICKS = 6;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Round intervals with their names in Mermaid. */
const INTERVALS = [
    ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND, `${count}second`]),
    ...[1, 2, 5, 10, 15, 30].map((count) => [count * MINUTE, `${count}minute`]),
    ...[1, 2, 3, 6, 12].map((count) => [count * HOUR, `${count}hour`]),
];
const MAX_INTERVAL = [DAY, '1day'];
/**
 * A step's history as a Mermaid gantt, `undefined` if at most one thing took time. What Mermaid could read as more than a
 * name is removed from the names, because a status is Atlas's own word.
 *
 * @param dataAsOf the restore point, ISO 8601. It is drawn if it is within the history.
 */
function renderGantt(history, dataAsOf) {
    const { spans, startedAt, endedAt } = history;
    if (spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS).length < 2)
        return undefined;
    const durationMs = endedAt - startedAt;
    const sections = SECTIONS.flatMap(([kind, name]) => {
        const own = shorten(spans.filter((span) => span.kind === kind));
        const end = kind === 'snapshot' ? renderEnd(own) : [];
        const bars = own
            .slice(0, own.length - end.length)
            .map((span) => renderBar(span, durationMs * MIN_BAR_FRACTION));
        const rows = [...bars, ...(kind === 'snapshot' ? renderMilestone(history, dataAsOf) : []), ...end];
        return rows.length === 0 ? [] : [`  section ${name}`, ...rows];
    });
    return [
        'gantt',
        '  title Times in UTC',
        '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
        ...renderTimeAxis(durationMs).map((line) => `  ${line}`),
        '  todayMarker off',
        ...sections,
    ].join('\n');
}
/** The mark of the snapshot's end, nothing if it continues. */
function renderEnd(seen) {
    const { label = '', from = 0 } = seen.at(-1) ?? {};
    if (!Object.hasOwn(END_NAMES, label))
        return [];
    // If it had finished when it was first seen, nothing tells when.
    const name = seen.length === 1 ? `${label} before` : END_NAMES[label];
    return [`  ${name} :${label === 'failed' ? 'crit, ' : ''}milestone, ${instant(from)}, 0ms`];
}
/** The chart uses the runner's clock, the restore point Atlas's. */
function renderMilestone({ startedAt, endedAt, clockSkewMs }, dataAsOf = '') {
    const at = Date.parse(dataAsOf) + clockSkewMs;
    return at >= startedAt && at <= endedAt ? [`  restore point :milestone, ${instant(at)}, 0ms`] : [];
}
/** Without Mermaid's `done` and `active`, whose colors hide the names on a dark page. */
function renderBar(span, minMs) {
    const { kind, from, to } = span;
    const tag = kind === 'retry' ? 'crit, ' : '';
    return `  ${spanName(span)} :${tag}${instant(from)}, ${instant(Math.max(to, from + minMs))}`;
}
/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms) {
    return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
/** An unknown status has a prefix, because it could be a keyword of Mermaid such as `section`. */
function spanName({ kind, label }) {
    if (kind !== 'snapshot')
        return sanitizeLabel(label, MAX_NAME_LENGTH);
    return Object.hasOwn(STATUS_NAMES, label)
        ? (STATUS_NAMES[label] ?? '')
        : sanitizeLabel(`status ${label}`, MAX_STATUS_LENGTH);
}
function sanitizeLabel(label, maxLength) {
    const name = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').trim();
    return name === '' ? 'unknown' : name.slice(0, maxLength).trim();
}
function shorten(spans) {
    if (spans.length <= MAX_ROWS)
        return spans;
    return [...spans.slice(0, MAX_ROWS / 2), ...spans.slice(-MAX_ROWS / 2)];
}
/** The lines of a Mermaid gantt that set its ticks and their format. */
function renderTimeAxis(durationMs) {
    const [ms, name] = INTERVALS.find(([interval]) => durationMs / interval <= MAX_TICKS) ?? MAX_INTERVAL;
    const clock = ms < MINUTE ? '%H:%M:%S' : '%H:%M';
    return [`axisFormat ${durationMs < DAY ? clock : `%b %d ${clock}`}`, `tickInterval ${name}`];
}

;// CONCATENATED MODULE: ./build/src/action/timeline.js
/** Atlas's instants are in whole seconds, so a smaller difference means nothing. */
const ATLAS_TIMESTAMP_RESOLUTION_MS = 1000;
/** Retries of one kind within this time are one span. */
const SAME_RETRY_MS = 60_000;
/** Records what a step does when. */
class Timeline {
    #now;
    #startedAt;
    #past = [];
    #activity;
    #status;
    #clockSkewMs = 0;
    #retry;
    /** @param now milliseconds since 1970 */
    constructor(now) {
        this.#now = now;
        this.#startedAt = now();
    }
    recordActivity(activity) {
        if (activity.kind === 'retry')
            this.#recordRetry(activity.reason, activity.delayMs);
        else
            this.#start(activityLabel(activity));
    }
    recordStatus({ snapshot: { status, serverTime } }) {
        if (this.#status?.label === status)
            return;
        const now = this.#now();
        if (serverTime !== undefined)
            this.#clockSkewMs = clockSkew(serverTime, now);
        this.#activity = this.#close(this.#activity, now);
        this.#status = this.#close(this.#status, now);
        this.#status = { kind: 'snapshot', label: status, from: now };
    }
    /** Everything until now. Open spans end now. */
    history() {
        const endedAt = this.#now();
        const open = [this.#activity, this.#status].flatMap((span) => (span ? [{ ...span, to: endedAt }] : []));
        const retry = this.#retry === undefined ? [] : [{ ...this.#retry, to: Math.min(this.#retry.to, endedAt) }];
        const spans = [...this.#past, ...retry, ...open].toSorted((a, b) => a.from - b.from);
        return {
            startedAt: this.#startedAt,
            endedAt,
            clockSkewMs: this.#clockSkewMs,
            spans: spans.map(({ kind, label, from, to }) => ({ kind, label, from, to })),
        };
    }
    #start(label) {
        if (this.#activity?.label === label)
            return;
        const now = this.#now();
        this.#activity = this.#close(this.#activity, now);
        this.#activity = { kind: 'step', label, from: now };
    }
    #recordRetry(why, delayMs) {
        const now = this.#now();
        const last = this.#retry;
        const continues = last !== undefined && last.why === why && now - last.to < SAME_RETRY_MS;
        if (last !== undefined && !continues)
            this.#past.push(last);
        const tries = continues ? last.tries + 1 : 1;
        this.#retry = {
            kind: 'retry',
            label: tries === 1 ? why : `${why} (${tries} times)`,
            from: continues ? last.from : now,
            to: now + delayMs,
            tries,
            why,
        };
    }
    #close(open, to) {
        if (open !== undefined)
            this.#past.push({ ...open, to });
        return undefined;
    }
}
function clockSkew(serverTime, now) {
    const ahead = now - serverTime - ATLAS_TIMESTAMP_RESOLUTION_MS / 2;
    return Math.abs(ahead) < ATLAS_TIMESTAMP_RESOLUTION_MS ? 0 : ahead;
}
function activityLabel({ kind }) {
    return kind === 'conflict' ? 'waiting for another snapshot' : 'asking Atlas';
}

;// CONCATENATED MODULE: ./build/src/action/summary.js








const GOVERNMENT = 'https://cloud.mongodbgov.com';
/** A summary that can't be written is a warning, because the snapshot is what counts. */
function writeSummary(text, env, logger) {
    const file = env['GITHUB_STEP_SUMMARY'] ?? '';
    if (file === '')
        return;
    try {
        appendToFile(file, `${text}\n`);
    }
    catch (error) {
        logger.warning(`The job summary could not be written: ${errorMessage(error)}`);
    }
}
/**
 * The summary in Markdown. What comes from outside is escaped in HTML without blank lines, where Markdown has no meaning.
 * Only checked IDs and names, and the rows of the chart, are in fences.
 */
function renderSummary(facts) {
    const { cluster, dryRun, error, result, history, report } = facts;
    const gantt = renderGantt(history, result.snapshot?.createdAt);
    const blocks = [
        [
            `<h3>${escapeHtml(renderHeadline(facts))}</h3>`,
            ...(error === undefined ? [] : renderExplanation(error)),
            ...(report === undefined ? [] : renderDryRun(report)),
            renderTable(facts),
            `<p>${html_link(backupPage(cluster), 'The backups of this cluster in Atlas')}</p>`,
        ].join('\n'),
        ...(gantt === undefined ? [] : [fenced('mermaid', gantt)]),
        ...(dryRun ? [] : renderRestore(facts)),
    ];
    return blocks.join('\n\n');
}
/** The summary of a step with bad inputs, which sent no request. */
function renderInputErrors(problems) {
    const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`);
    return [
        '<h3>❌ No backup was taken: check the inputs of this step</h3>',
        `<ul>${items.join('')}</ul>`,
        '<p>Nothing was asked of Atlas.</p>',
    ].join('\n');
}
function renderHeadline({ cluster: { clusterName }, result, error, dryRun }) {
    const { snapshot, created } = result;
    if (dryRun) {
        return error === undefined
            ? `✅ Dry run for ${clusterName} passed: nothing was taken`
            : `❌ Dry run for ${clusterName} failed: ${error.title}`;
    }
    if (error !== undefined) {
        return snapshot?.status === 'completed'
            ? `❌ ${clusterName} has a backup, but the step failed: ${error.title}`
            : `❌ No backup of ${clusterName} to rely on: ${error.title}`;
    }
    if (snapshot?.status !== 'completed')
        return `⏳ The backup of ${clusterName} is under way, and not ready yet`;
    return created === true
        ? `✅ The backup of ${clusterName} is ready`
        : `✅ A backup of ${clusterName} is ready, though this step did not take it`;
}
function renderExplanation({ message, remedy }) {
    return [
        `<p><strong>What to do:</strong> ${linkify(remedy)}</p>`,
        `<p><strong>What happened:</strong> ${escapeHtml(message)}</p>`,
    ];
}
function renderDryRun({ plan, unverified }) {
    return [
        `<p>Without <code>dry-run</code> this step would ${escapeHtml(plan)}.</p>`,
        ...unverified.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    ];
}
function renderTable(facts) {
    const { cluster, history } = facts;
    const { snapshot, created } = facts.result;
    const { id, status, description, expiresAt, storageSizeBytes = 0 } = snapshot ?? {};
    const rows = [
        ['Cluster', code(cluster.clusterName)],
        ['Snapshot', code(id)],
        ['Status', code(status)],
        ['Restore point', renderRestorePoint(facts)],
        ['Kept until', status === 'failed' ? undefined : code(expiresAt)],
        ['Size', storageSizeBytes === 0 ? undefined : formatBytes(storageSizeBytes)],
        ['Taken by this step', created === undefined ? undefined : created ? 'yes' : 'no'],
        ['Description', code(description)],
        ['This step took', formatDuration(history.endedAt - history.startedAt)],
    ];
    const cells = rows.flatMap(([name, cell]) => cell === undefined ? [] : [`<tr><th align="left">${name}</th><td>${cell}</td></tr>`]);
    return `<table>${cells.join('')}</table>`;
}
/**
 * The restore point. If the step did not create the snapshot, also how long before the step it was, by Atlas's own clock,
 * because the runner's can be wrong.
 */
function renderRestorePoint({ result: { snapshot, created }, history }) {
    if (snapshot === undefined)
        return undefined;
    const { createdAt = '', serverTime = Number.NaN } = snapshot;
    const instant = code(createdAt);
    if (instant === undefined)
        return isFinished(snapshot) ? undefined : 'not known before it is completed';
    const age = serverTime - (history.endedAt - history.startedAt) - Date.parse(createdAt);
    return created === false && age >= ATLAS_TIMESTAMP_RESOLUTION_MS
        ? `${instant}, ${formatDuration(age)} before this step`
        : instant;
}
/** A value as it is, `undefined` if nothing of it is visible. */
function code(value = '') {
    const escaped = escapeHtml(value);
    return escaped === '' ? undefined : `<code>${escaped}</code>`;
}
/** How to restore the snapshot. Nothing if there is none, now or later. */
function renderRestore({ cluster, result: { snapshot } }) {
    if (snapshot === undefined || snapshot.status === 'failed')
        return [];
    const when = snapshot.status === 'completed' ? '' : ', once it is completed';
    const login = loginCommand(cluster);
    return [
        [
            `<h4>How to restore it${when}</h4>`,
            `<p>In Atlas: open ${html_link(backupPage(cluster), 'the backups of this cluster')}, find the snapshot, and choose <strong>Restore</strong>. With the Atlas CLI, after <code>${login}</code>:</p>`,
        ].join('\n'),
        fenced('sh', restoreCommand(cluster, snapshot.id)),
        '<p><strong>This replaces all data of the cluster</strong> by that of the snapshot: what was written since is lost. To look at the data first, restore into another cluster, by its name after <code>--targetClusterName</code>.</p>',
    ];
}
function fenced(language, code) {
    return `\`\`\`${language}\n${code}\n\`\`\``;
}
/** The Atlas CLI command that restores a snapshot to its own cluster. */
function restoreCommand({ groupId, clusterName }, snapshotId) {
    return [
        'atlas backups restores start automated',
        `--projectId ${groupId}`,
        `--clusterName ${clusterName}`,
        `--snapshotId ${snapshotId}`,
        `--targetProjectId ${groupId}`,
        `--targetClusterName ${clusterName}`,
    ].join(' \\\n  ');
}
function loginCommand({ baseUrl }) {
    return baseUrl === GOVERNMENT ? 'atlas auth login --gov' : 'atlas auth login';
}

;// CONCATENATED MODULE: ./build/src/action/main.js




















/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
async function main(env, createRuntime = createNodeRuntime) {
    // Before anything can log.
    for (const secret of collectSecrets(getInput, env))
        maskSecret(secret);
    const logger = createLogger();
    try {
        const inputs = parseInputs(getInput, env);
        return await runStep(inputs, env, logger, createRuntime());
    }
    catch (error) {
        if (!(error instanceof InputErrors))
            throw error;
        for (const problem of error.problems)
            reportError(`${TITLES.invalidInput}: ${problem.inputs}`, problem.message);
        if (getInput('job-summary').toLowerCase() !== 'false')
            writeSummary(renderInputErrors(error.problems), env, logger);
        return false;
    }
}
async function runStep(inputs, env, logger, { clock, random, wallClock, sender, cancellation }) {
    const { options, credentials } = inputs;
    const { signal } = cancellation;
    const runtime = { clock, wallClock, random, logger, send: sender.send };
    const connection = createConnection(options.cluster, credentials, { ...runtime, setSecret: maskSecret });
    const timeline = new Timeline(wallClock);
    const outputs = new OutputRecorder(options, clock, logger);
    const dependencies = {
        ...runtime,
        client: connection.client,
        onActivity: (activity) => decorate(logger, () => timeline.recordActivity(activity)),
        onSnapshot: (observed) => {
            outputs.recordSnapshot(observed);
            decorate(logger, () => timeline.recordStatus(observed));
        },
    };
    const timeUp = new AbortController();
    const cancelTimer = clock.setTimeout(options.timeoutMs, () => timeUp.abort());
    const stop = AbortSignal.any([signal, timeUp.signal]);
    const step = { ...runtime, inputs, env, outputs, timeline, connection, signal, stop };
    try {
        const end = await obtain(step, dependencies);
        await finish(step, end);
        return end.error === undefined;
    }
    finally {
        cancelTimer();
        sender.close();
        cancellation.release();
    }
}
/** Everything up to the outputs. An error is reported. */
async function obtain(step, dependencies) {
    const { inputs, outputs, signal } = step;
    const { options } = inputs;
    try {
        if (!inputs.dryRun) {
            outputs.write(await obtainSnapshot(options, dependencies, signal));
            return {};
        }
        const report = await dryRun(options, dependencies, signal);
        outputs.write({});
        return { report };
    }
    catch (thrown) {
        const error = withLastSeen(thrown, outputs.result.snapshot);
        reportError(error.title, `${error.message} ${error.remedy}`, error);
        outputs.writeOnFailure();
        return { error };
    }
}
/** The error to report. A bug does not know which snapshot exists. */
function withLastSeen(thrown, snapshot) {
    const error = toActionError(thrown);
    const isBug = unexpectedStack(error) !== undefined;
    if (!isBug || snapshot === undefined || error.message.includes(snapshot.id))
        return error;
    return error.with(`Snapshot ${snapshot.id} was ${formatStatus(snapshot)} when last seen.`, {
        remedy: `${resumeHint(snapshot.id)} ${error.remedy}`,
    });
}
/**
 * Everything after the outputs: summary, commit status and the token's revocation, at once, because a step that was
 * cancelled or timed out has little time. Never throws.
 */
async function finish(step, end) {
    const { inputs, env, outputs, timeline, connection, clock, logger, stop } = step;
    const { options, dryRun, jobSummary } = inputs;
    const { cluster } = options;
    decorate(logger, () => {
        const facts = { cluster, dryRun, result: outputs.result, history: timeline.history(), ...end };
        if (jobSummary)
            writeSummary(renderSummary(facts), env, logger);
    });
    await Promise.all([
        setCommitStatus(step, end.error),
        withTimeLimit(REVOKE_LIMIT, clock, stop, connection.close),
    ]);
}
async function setCommitStatus(step, error) {
    const { inputs, outputs, signal } = step;
    // A dry run has no snapshot to show.
    if (inputs.githubToken === undefined || inputs.dryRun)
        return;
    const end = error === undefined ? 'succeeded' : isCancellation(signal.reason) ? 'cancelled' : 'failed';
    const { snapshot } = outputs.result;
    const report = { cluster: inputs.options.cluster, end, snapshot, errorTitle: error?.title };
    await reportCommitStatus(report, inputs.githubToken, step);
}

;// CONCATENATED MODULE: ./build/src/index.js


// The toolkit's tunnel calls what Node deprecates, about which a reader of the log can do nothing.
process.noDeprecation = true;
failClosed(() => main(process.env));

;// CONCATENATED MODULE: ./build/entry/index.js


})();

module.exports = __webpack_exports__;
/******/ })()
;