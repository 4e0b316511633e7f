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

// Replaces undici (npm overrides), which would be three quarters of the bundle that every job downloads. The toolkit
// imports it, but this action never calls it. The GitHub client gets another fetch (src/action/github-client.ts), and
// the HTTP client only provides node:http agents. This is CommonJS because CommonJS and ES modules import it.

const notPartOfThisAction = () => {
  throw new Error('undici is not part of this action')
}

/** The toolkit's GitHub client creates one on load if there is a proxy. It must not use it. */
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

;// CONCATENATED MODULE: ./build/src/action-error.js
/** The title of a bug's report. */
const INTERNAL_ERROR = 'Internal error';
/**
 * An error that says what to do about it. Its message has sentences for the reader of the log: what happened and why, with the
 * HTTP status, Atlas error code, and detail if there are any. Anything else that is thrown is a bug.
 */
class ActionError extends Error {
    name = 'ActionError';
    help;
    constructor(message, help, options) {
        super(message, options);
        this.help = help;
    }
}
/** Whether a value is an error, also one of Node in a test, whose `Error` is not the one of this code. */
function isError(value) {
    return Object.prototype.toString.call(value) === '[object Error]';
}
/** The errors of all addresses of a host, which Node combines in one. Empty for any other value. */
function innerErrors(value) {
    return isError(value) && 'errors' in value && Array.isArray(value.errors) ? value.errors : [];
}
/** The message of a thrown value. */
function errorMessage(thrown) {
    const inner = innerErrors(thrown);
    if (inner.length > 0)
        return inner.map(errorMessage).join('; ');
    if (isError(thrown))
        return thrown.message === '' ? thrown.name : thrown.message;
    return typeof thrown === 'string' ? thrown : `thrown value of type ${typeof thrown}`;
}
/** Turns a thrown value into an `ActionError`. Any other value is reported as a bug, and is the cause. */
function toActionError(thrown) {
    if (thrown instanceof ActionError)
        return thrown;
    const remedy = 'This is a bug in the action. Report it with the log.';
    return new ActionError(`${errorMessage(thrown)}.`, { title: INTERNAL_ERROR, remedy }, { cause: thrown });
}
/** The stack trace of a bug, `undefined` for an expected error. */
function bugStack(thrown) {
    if (!(thrown instanceof ActionError))
        return isError(thrown) ? thrown.stack : undefined;
    return thrown.help.title === INTERNAL_ERROR ? bugStack(thrown.cause) : undefined;
}
/** Runs work on the log or summary. A bug in it is logged as a warning, because it must not fail the step. */
function runOptional(logger, work) {
    try {
        work();
    }
    catch (error) {
        logger.warning(`Part of the log or summary is missing because of an internal error: ${errorMessage(error)}.`);
    }
}

;// CONCATENATED MODULE: ./build/src/format.js
const DAY_MS = 86_400_000;
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
/** The sentences that are not empty, as one text. */
function joinSentences(...sentences) {
    return sentences.filter(Boolean).join(' ');
}
/** `1 day`, `7 days`. */
function formatDays(days) {
    return `${days} ${days === 1 ? 'day' : 'days'}`;
}
/**
 * Shortens a text to `maxLength` characters by leaving out its middle, because its end can matter as much as its start.
 * Words are left out whole, because a mask does not hide a part of a secret.
 */
function truncateMiddle(text, maxLength) {
    if (text.length <= maxLength)
        return text;
    const end = Math.floor((maxLength - 1) / 2);
    // The look-behind keeps the time linear.
    const head = text.slice(0, maxLength - 1 - end).replace(/(?<!\S)\S+$/, '');
    const tail = text.slice(-end).replace(/^\S+/, '');
    return `${head}…${tail}`;
}
function join(large, largeUnit, small, smallUnit) {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

;// CONCATENATED MODULE: ./build/src/action/deployment-advice.js
/**
 * The only advice about deployments, for every failure of a step that guards one, except invalid inputs. A re-run could deploy an
 * older commit, or half of a migration for the second time.
 */
function adviseOnDeployment(remedy) {
    return `Do not deploy yet. ${remedy} Re-run all jobs only if no attempt of this run started to deploy, no earlier deployment is half-done, and there is no newer run.`;
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
;// CONCATENATED MODULE: ./build/src/action/logger.js



/** More than any message of this action needs. A server could send megabytes. */
const MAX_LINE_LENGTH = 4_000;
/** Control characters and Unicode line separators. Each would start a new line or be invisible. */
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Unicode format characters are invisible, and some reverse the direction of the text that follows. */
const INVISIBLE = /\p{Cf}/gu;
/** Title of notices and warnings. */
const TITLE = 'Snapshot for MongoDB Atlas';
/**
 * Converts text, which can include a server's, to one line without workflow commands. The runner reads `::name::` at the
 * start of a line and `##[name]` anywhere in it. A long line loses its middle, because the end of an error message contains
 * what to do.
 */
function sanitizeLine(text) {
    const line = text
        .replace(LINE_BREAKING, ' ')
        .replace(INVISIBLE, '')
        .trim()
        .replace(/^::/, ': :')
        .replaceAll('##[', '# #[');
    return truncateMiddle(line, MAX_LINE_LENGTH);
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
/** Writes an error annotation. A bug's stack trace follows, because a debug run might not reproduce the bug. */
function reportError(title, message, thrown) {
    error(sanitizeLine(message), { title: sanitizeLine(title) });
    const stack = bugStack(thrown);
    if (stack !== undefined)
        info(sanitizeLine(stack));
}

;// CONCATENATED MODULE: ./build/src/action/troubleshooting.js

const GITHUB = 'https://github.com';
/** Where to read more about an error: `Details: https://…`. Empty without a known repository. */
function describeHelp({ title, page }) {
    // The anchor that GitHub gives to a heading.
    const anchor = title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
    const url = pageUrl(page ?? `troubleshooting.md#${anchor}`);
    if (url === undefined)
        return '';
    const report = title.startsWith(INTERNAL_ERROR) ? `Issues: ${findRepository()}/issues. ` : '';
    return `${report}Details: ${url}`;
}
/** The address of a page below docs/, for the version of the action that runs. `undefined` without a known repository. */
function pageUrl(page) {
    const repository = findRepository();
    return repository && `${repository}/blob/${process.env['GITHUB_ACTION_REF'] || 'HEAD'}/docs/${page}`;
}
/**
 * The repository of the action. `undefined` if the runner does not name it, as for `uses: ./`, or is not of github.com,
 * because there the name can belong to a stranger's repository.
 */
function findRepository() {
    const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_SERVER_URL: server } = process.env;
    return repository && server === GITHUB ? `${GITHUB}/${repository}` : undefined;
}

;// CONCATENATED MODULE: ./build/src/action/fail-closed.js





const CHECK_LOG = 'A snapshot might exist. Check the log above for a snapshot ID or a tag [as-…].';
/** A heading of docs/troubleshooting.md. */
const ENDED_EARLY = `${INTERNAL_ERROR}: the step ended early`;
/** How long the process can stay after its end, for connections that do not close. */
const EXIT_GRACE_MS = 200;
/**
 * Runs the step so that the process exits with 0 only if the step reported success. A thrown value of any kind, an
 * unhandled rejection, a broken stdout, or an empty event loop make it exit with 1.
 *
 * @param step resolves to whether it succeeded. If not, it has reported why.
 */
function failClosed(step) {
    let isReported = false;
    let canSucceed = true;
    process.exitCode = 1;
    const end = (succeeded) => {
        process.off('beforeExit', onEmptyLoop);
        process.exitCode = succeeded && canSucceed ? 0 : 1;
        setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
    };
    const fail = (title, thrown) => {
        if (isReported)
            return;
        isReported = true;
        canSucceed = false;
        const remedy = joinSentences(adviseOnDeployment(CHECK_LOG), describeHelp({ title }));
        reportError(title, `${errorMessage(thrown)}. ${remedy}`, thrown);
        end(false);
        process.stdout.write('', () => process.exit());
    };
    const onEmptyLoop = () => fail(ENDED_EARLY, 'The event loop is empty');
    // stdout is broken, so only the exit code can still report a failure.
    process.stdout.on('error', () => {
        canSucceed = false;
        process.exitCode = 1;
    });
    process.on('uncaughtException', (error) => fail(INTERNAL_ERROR, error));
    process.on('unhandledRejection', (reason) => fail(INTERNAL_ERROR, reason));
    process.on('beforeExit', onEmptyLoop);
    step().then(end, (thrown) => fail(INTERNAL_ERROR, thrown));
}

;// CONCATENATED MODULE: ./build/src/timers.js

const HEARTBEAT_MS = 60_000;
/** Resolves after `ms` milliseconds. Rejects with the signal's reason when the signal aborts. */
function sleep(clock, ms, signal) {
    let cancel = () => { };
    const time = new Promise((resolve) => {
        cancel = clock.setTimeout(ms, resolve);
    });
    return signal === undefined ? time : rejectOnAbort(time, signal).finally(cancel);
}
/** Settles like the work, or rejects with the signal's reason if the signal aborts first. */
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
/** Runs the work under a signal that aborts after `ms` milliseconds, or with its parent. */
async function withTimeout(clock, ms, work, parent) {
    const timeout = new AbortController();
    const reason = new Error(`no complete response within ${formatDuration(ms)}`);
    const cancel = clock.setTimeout(ms, () => timeout.abort(reason));
    try {
        return await work(parent === undefined ? timeout.signal : AbortSignal.any([parent, timeout.signal]));
    }
    finally {
        cancel();
    }
}
/** Calls `onBeat` once a minute with the milliseconds since the start, until the work is done. */
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

;// CONCATENATED MODULE: ./build/src/json.js
function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The object, empty for any other value. */
function asObject(value) {
    return isJsonObject(value) ? value : {};
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
/** The parsed text, `undefined` if it is not a JSON object. */
function parseJsonObject(text) {
    const parsed = parseJson(text);
    return isJsonObject(parsed) ? parsed : undefined;
}
function asString(value) {
    return typeof value === 'string' ? value : undefined;
}
/** An integer that a number can represent exactly, `undefined` for any other value. */
function asInteger(value) {
    return Number.isSafeInteger(value) ? Number(value) : undefined;
}
function asBoolean(value) {
    return typeof value === 'boolean' ? value : undefined;
}
/** The objects in an array, empty for any other value. */
function asObjects(value) {
    return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

;// CONCATENATED MODULE: ./build/src/atlas/errors.js

/** What a failed request can mean, and whether Atlas might have executed it if it had credentials. */
const MAY_HAVE_EXECUTED = {
    /** Atlas or a proxy rejected the request, or the request for its token. */
    rejected: false,
    /** `UNFINISHED_ON_DEMAND_SNAPSHOT`: another on-demand snapshot of the cluster is queued or in progress. */
    conflict: false,
    /** Atlas accepts no more requests for now: a 429 of Atlas, maintenance, or too many tokens. */
    throttled: false,
    /** The request did not reach Atlas, or not with valid credentials: no connection, or a nonce that is stale each time. */
    notExecuted: false,
    /** No usable response. */
    unknown: true,
    /** Not a response as Atlas sends it: a 4xx in another format (a proxy's page), a huge body, or the wrong snapshot after a POST. */
    notAtlas: true,
    /** The responder can't be trusted: a bad certificate, found after the request was handed to Node, or a redirect. */
    untrusted: true,
};
/** A request without a usable result. */
class RequestError extends ActionError {
    name = 'RequestError';
    purpose;
    authenticated;
    reason;
    failure;
    retryAfterMs;
    rejection;
    constructor({ purpose, authenticated = false }, reason, failure, options = {}) {
        super(`Could not ${purpose}: ${reason}.`, failure, options);
        this.purpose = purpose;
        this.authenticated = authenticated;
        this.reason = reason;
        this.failure = failure;
        this.retryAfterMs = options.retryAfterMs;
        this.rejection = options.rejection;
    }
    get meaning() {
        return this.failure.meaning;
    }
    /** Whether Atlas might have executed the request. */
    get mayHaveExecuted() {
        return this.authenticated && MAY_HAVE_EXECUTED[this.meaning];
    }
    /** A `RequestError` with another reason or failure. Its cause is this one. */
    with({ reason = this.reason, failure = this.failure }) {
        const { retryAfterMs, rejection } = this;
        return new RequestError(this, reason, failure, { retryAfterMs, rejection, cause: this });
    }
}
/** What a parser throws if it can't use a response. The message is a clause: `the snapshot has no status`. */
class ParseError extends Error {
    name = 'ParseError';
    /** `undefined` for an ordinary invalid response. */
    failure;
    constructor(message, failure) {
        super(message);
        this.failure = failure;
    }
}
/** Codes of a 404 about the project or the cluster of a snapshot. */
const PARENT_CODES = ['GROUP_NOT_FOUND', 'CLUSTER_NOT_FOUND', 'BACKUP_CONFIG_NOT_FOUND'];
/** Whether Atlas reports that a snapshot does not exist. A proxy's page with 404 has no `rejection`. */
function isSnapshotNotFound(error) {
    if (!(error instanceof RequestError) || error.rejection?.status !== 404)
        return false;
    return !PARENT_CODES.includes(error.rejection.errorCode ?? '');
}

;// CONCATENATED MODULE: ./build/src/atlas/responses.js
const RATE_LIMITED = {
    title: 'Rate limit exceeded',
    remedy: 'Send fewer requests with other tools, because they can share this rate limit. If a proxy limits requests, allow a burst.',
};
/**
 * What a response other than 2xx can be: what it means, and what to do about it. In `remedy`, `{credential}` stands for the kind
 * of credentials. Each title is a heading or a row of docs/troubleshooting.md. `snapshot/retry.ts` has what is retried.
 */
const FAILURES = {
    redirect: {
        meaning: 'untrusted',
        title: 'Unexpected redirect',
        remedy: 'Check base-url, and the proxies between the runner and Atlas. To protect the credentials, this action follows no redirects.',
    },
    conflict: {
        meaning: 'conflict',
        title: 'Another snapshot is in progress',
        remedy: 'Wait until the other one has finished.',
    },
    tokenLimit: {
        meaning: 'throttled',
        title: 'Access token limit reached',
        remedy: 'Use one service account for each pipeline, because each can have at most 100 access tokens. Other tools can request one for each run.',
    },
    maintenance: {
        meaning: 'throttled',
        title: 'Atlas maintenance in progress',
        remedy: 'Wait until Atlas has finished its maintenance.',
    },
    proxyRefused: {
        meaning: 'rejected',
        title: 'Request rejected by proxy',
        remedy: "Check the user and password in https_proxy (HTTP 401 or 407), or the proxy's rules for base-url (HTTP 403). If the runner can connect directly, add the host to no_proxy.",
        page: 'recipes.md#proxy-and-private-ca',
    },
    noValidResponse: {
        meaning: 'unknown',
        title: 'No valid response from Atlas',
        remedy: 'If this happens again, check status.mongodb.com, and the network and proxies between the runner and Atlas.',
    },
    rateLimited: { meaning: 'throttled', ...RATE_LIMITED },
    // A proxy might have forwarded the request before it sent this.
    rateLimitedByProxy: { meaning: 'unknown', ...RATE_LIMITED },
    missingRole: {
        meaning: 'rejected',
        title: 'Missing project role',
        remedy: 'Give the {credential} the "Project Backup Creator" role in the project that group-id identifies. If Atlas does not list that role, use "Project Backup Manager". See https://www.mongodb.com/docs/atlas/reference/user-roles/.',
    },
    notOnAccessList: {
        meaning: 'rejected',
        title: 'IP address not on API access list',
        remedy: "Add the runner's fixed address to the API access list of the {credential}, not the project's IP access list. Standard GitHub-hosted runners have none.",
        page: 'recipes.md#github-hosted-runners-and-the-api-access-list',
    },
    invalidClientSecret: {
        meaning: 'rejected',
        title: 'Client secret rejected',
        remedy: 'Most often, the secret has expired. An Organization Owner can create a new one in Atlas, sometimes also a Project Owner. Save it everywhere the old one is saved. Otherwise, check client-id and base-url.',
        page: 'recipes.md#rotate-credentials',
    },
    projectNotFound: {
        meaning: 'rejected',
        title: 'Project not found',
        remedy: 'Check that group-id is the ID of the Atlas project, and that the {credential} can access it.',
    },
    clusterNotFound: {
        meaning: 'rejected',
        title: 'Cluster not found',
        remedy: "Check cluster-name, which is case-sensitive. Check that group-id is the ID of the cluster's project.",
    },
    snapshotNotFound: {
        meaning: 'rejected',
        title: 'Snapshot not found',
        remedy: "The snapshot was deleted, has expired, or belongs to another cluster. Check the cluster's backup page in Atlas.",
    },
    retentionNotAllowed: {
        meaning: 'rejected',
        title: 'Retention not allowed',
        remedy: "Set retention-days to a value that the project's backup policy and Backup Compliance Policy allow. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/backup-compliance-policy/.",
    },
    tierTooSmall: {
        meaning: 'rejected',
        title: 'Cluster tier too small',
        remedy: 'Use a dedicated cluster, M10 or larger. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
    },
    noCloudBackup: {
        meaning: 'rejected',
        title: 'Cloud Backup not available',
        remedy: 'Use a dedicated cluster, M10 or larger, with Cloud Backup turned on. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.',
        needsClusterDiagnosis: true,
    },
    invalidApiKey: {
        meaning: 'rejected',
        title: 'API key rejected',
        remedy: 'Check that the API key still exists, and that public-key and private-key belong to it. Also check base-url.',
        page: 'recipes.md#rotate-credentials',
    },
    invalidServiceAccount: {
        meaning: 'rejected',
        title: 'Service account rejected',
        remedy: 'Check that the service account still exists and belongs to the project that group-id identifies. Also check base-url. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
    },
    paymentRequired: {
        meaning: 'rejected',
        title: 'Payment required',
        remedy: "Check the organization's billing in Atlas, for example the payment method or a suspended account. See https://www.mongodb.com/docs/atlas/billing/.",
    },
    forbidden: {
        meaning: 'rejected',
        title: 'Access denied',
        remedy: 'Check the project roles and the API access list of the {credential} in Atlas. See https://www.mongodb.com/docs/atlas/configure-api-access/.',
    },
    notFound: {
        meaning: 'rejected',
        title: 'Not found in Atlas',
        remedy: 'Check group-id, cluster-name, and base-url. Check that the {credential} can access the project.',
        needsClusterDiagnosis: true,
    },
    unsupportedApiVersion: {
        meaning: 'rejected',
        title: 'Unsupported Atlas API version',
        remedy: 'Use the default api-version and the latest release of this action. See https://www.mongodb.com/docs/atlas/api/versioned-api-overview/.',
    },
    badRequest: {
        meaning: 'rejected',
        title: 'Bad request',
        remedy: 'The text after HTTP 400 is the reason from Atlas. Correct the input that it names, or the settings of the cluster in Atlas.',
        needsClusterDiagnosis: true,
    },
    requestRejected: {
        meaning: 'rejected',
        title: 'Request rejected',
        remedy: 'Look up the error code, which follows the HTTP status. See https://www.mongodb.com/docs/atlas/reference/api-errors/.',
        needsClusterDiagnosis: true,
    },
    notAtlas: {
        meaning: 'notAtlas',
        title: 'Response not from Atlas',
        remedy: 'Check base-url and the proxies between the runner and Atlas.',
    },
};
/** The error codes of Atlas and of its token endpoint that say more than the status. */
const FAILURES_BY_CODE = new Map([
    ['UNFINISHED_ON_DEMAND_SNAPSHOT', FAILURES.conflict],
    ['WRITES_NOT_ALLOWED_DURING_APP_UPGRADES', FAILURES.maintenance],
    ['access_denied', FAILURES.tokenLimit],
    ['USER_UNAUTHORIZED', FAILURES.missingRole],
    ['NOT_IN_GROUP', FAILURES.missingRole],
    ['IP_ADDRESS_NOT_ON_ACCESS_LIST', FAILURES.notOnAccessList],
    ['ORG_REQUIRES_ACCESS_LIST', FAILURES.notOnAccessList],
    ['RESOURCE_REQUIRES_ACCESS_LIST', FAILURES.notOnAccessList],
    ['IP_ADDRESS_NOT_ON_WHITELIST', FAILURES.notOnAccessList],
    ['ORG_REQUIRES_WHITELIST', FAILURES.notOnAccessList],
    ['invalid_client', FAILURES.invalidClientSecret],
    ['unauthorized_client', FAILURES.invalidClientSecret],
    ['invalid_grant', FAILURES.invalidClientSecret],
    ['GROUP_NOT_FOUND', FAILURES.projectNotFound],
    ['CLUSTER_NOT_FOUND', FAILURES.clusterNotFound],
    ['SNAPSHOT_NOT_FOUND', FAILURES.snapshotNotFound],
    ['BACKUP_SNAPSHOT_RETENTION_VALUE_INVALID', FAILURES.retentionNotAllowed],
    ['SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY', FAILURES.retentionNotAllowed],
    ['CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', FAILURES.tierTooSmall],
    ['INSUFFICIENT_INSTANCE_SIZE', FAILURES.noCloudBackup],
    ['PROVIDER_BACKUP_NOT_SUPPORTED', FAILURES.noCloudBackup],
    ['BACKUP_JOB_NOT_FOUND', FAILURES.noCloudBackup],
    ['BACKUP_CONFIG_NOT_FOUND', FAILURES.noCloudBackup],
]);
/** The statuses of other rejections by Atlas. */
const FAILURES_BY_STATUS = new Map([
    [400, FAILURES.badRequest],
    [402, FAILURES.paymentRequired],
    [403, FAILURES.forbidden],
    [404, FAILURES.notFound],
    [406, FAILURES.unsupportedApiVersion],
    [410, FAILURES.unsupportedApiVersion],
]);
/** What a response other than 2xx means. A 401 arrives here only after authentication has given up. */
function classify(response, credential) {
    const { status, isAtlas } = response;
    if (status >= 300 && status <= 399)
        return FAILURES.redirect;
    if (status < 400 || status > 499)
        return FAILURES.noValidResponse;
    const known = isAtlas ? findByCode(response) : undefined;
    if (known !== undefined)
        return known;
    // A proxy can send these three, too.
    if (status === 407)
        return FAILURES.proxyRefused;
    if (status === 408)
        return FAILURES.noValidResponse;
    if (status === 429)
        return isAtlas ? FAILURES.rateLimited : FAILURES.rateLimitedByProxy;
    if (!isAtlas)
        return FAILURES.notAtlas;
    if (status === 401)
        return credential === 'apiKey' ? FAILURES.invalidApiKey : FAILURES.invalidServiceAccount;
    return FAILURES_BY_STATUS.get(status) ?? FAILURES.requestRejected;
}
/** Whether Atlas rejects a request because the credentials lack a role, for which it sends a 401 with a challenge. */
function isMissingRole({ errorCode = '' }) {
    return FAILURES_BY_CODE.get(errorCode) === FAILURES.missingRole;
}
function findByCode({ errorCode = '', detail = '' }) {
    const failure = FAILURES_BY_CODE.get(errorCode);
    // The token endpoint sends this code for other reasons, too.
    if (failure === FAILURES.tokenLimit && !/token limit/i.test(detail))
        return undefined;
    return failure;
}

;// CONCATENATED MODULE: ./build/src/atlas/cluster.js




/** What prevents snapshots and has no error code. Each title is a row of docs/troubleshooting.md. */
const BLOCKERS = {
    clusterPaused: {
        title: 'Cluster paused',
        remedy: 'Resume the cluster in Atlas. See https://www.mongodb.com/docs/atlas/pause-terminate-cluster/.',
    },
    backupDisabled: {
        title: 'Cloud Backup turned off',
        remedy: "Turn on Cloud Backup in the cluster's configuration in Atlas. See https://www.mongodb.com/docs/atlas/backup/cloud-backup/overview/.",
    },
    clusterUnavailable: {
        title: 'Cluster not ready',
        remedy: 'Check cluster-name. If Atlas is creating the cluster, wait until it is ready.',
    },
};
const KINDS_BY_CLUSTER_TYPE = new Map([
    ['REPLICASET', 'replicaSet'],
    ['SHARDED', 'shardedCluster'],
    ['GEOSHARDED', 'shardedCluster'],
]);
const DEDICATED_SIZE = /^[MR]\d{2,}/;
const UNUSABLE_STATES = ['CREATING', 'DELETING', 'DELETED'];
/**
 * Parses a cluster of API v2 or v1.0.
 *
 * @throws ParseError for any other value and an unknown `clusterType`
 */
function parseCluster(value) {
    const cluster = asObject(value);
    const kind = KINDS_BY_CLUSTER_TYPE.get(cluster['clusterType']);
    if (kind === undefined)
        throw new ParseError('the response contains no cluster of a known clusterType');
    return {
        paused: asBoolean(cluster['paused']),
        // In v1.0, `providerBackupEnabled` means Cloud Backup, and `backupEnabled` means an older kind of backup.
        backupEnabled: asBoolean(cluster['providerBackupEnabled']) ?? asBoolean(cluster['backupEnabled']),
        stateName: asString(cluster['stateName']),
        instanceSizes: [...new Set(parseInstanceSizes(cluster))],
        kind,
    };
}
/** Why Atlas can't take an on-demand snapshot of the cluster, `undefined` if nothing is known to prevent it. */
function findBlocker(cluster) {
    const { paused, backupEnabled, stateName, instanceSizes } = cluster;
    const blocked = (reason, help) => new ActionError(`The cluster cannot take snapshots because ${reason}.`, help);
    const small = instanceSizes.find((size) => !DEDICATED_SIZE.test(size));
    if (small !== undefined)
        return blocked(`its tier is ${small}`, FAILURES.tierTooSmall);
    if (paused === true)
        return blocked('it is paused', BLOCKERS.clusterPaused);
    if (backupEnabled === false)
        return blocked('its Cloud Backup is turned off', BLOCKERS.backupDisabled);
    if (stateName !== undefined && UNUSABLE_STATES.includes(stateName))
        return blocked(`its state is ${stateName}`, BLOCKERS.clusterUnavailable);
    return undefined;
}
function parseInstanceSizes({ replicationSpecs, providerSettings }) {
    const regions = asObjects(replicationSpecs).flatMap(({ regionConfigs }) => asObjects(regionConfigs));
    const sizes = regions.map(({ electableSpecs }) => asObject(electableSpecs)['instanceSize']);
    return [...sizes, asObject(providerSettings)['instanceSizeName']].filter((size) => typeof size === 'string');
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
var external_node_http_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_node_http_namespaceObject, 2);
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = require("node:net");
;// CONCATENATED MODULE: ./build/src/atlas/credentials.js
/** The kind as the Atlas UI names it. */
function credentialLabel(kind) {
    return kind === 'apiKey' ? 'API key' : 'service account';
}
/** Kind and public part of the credentials: `API key abcdefgh`. */
function describeCredentials(credentials) {
    const name = credentials.kind === 'apiKey' ? credentials.publicKey : credentials.clientId;
    return `${credentialLabel(credentials.kind)} ${name}`;
}

;// CONCATENATED MODULE: ./build/src/atlas/http.js
/** A request with credentials for the Admin API in its `Authorization` header. */
function withCredentials(request, authorization) {
    return { ...request, headers: { ...request.headers, authorization }, authenticated: true };
}
/** Path and query as sent (the request-target of RFC 9112 section 3.2.1). */
function requestTarget(url) {
    return `${url.pathname}${url.search}`;
}
/** The first value of a header, `undefined` if it is missing. */
function header(response, name) {
    return response.headers[name]?.[0];
}
/**
 * `Retry-After` in milliseconds (RFC 9110 section 10.2.3), never negative, `undefined` if it is missing or invalid. A date
 * is relative to the response's `Date`, because the runner's clock can be wrong.
 */
function parseRetryAfter(response) {
    const value = header(response, 'retry-after')?.trim() ?? '';
    if (/^\d{1,9}$/.test(value))
        return Number(value) * 1000;
    const [until, from] = [parseHttpDate(value), parseHttpDate(header(response, 'date'))];
    return until === undefined || from === undefined ? undefined : Math.max(0, until - from);
}
/** An HTTP date (RFC 9110 section 5.6.7) in milliseconds since 1970, `undefined` if it is missing or invalid. */
function parseHttpDate(value = '') {
    const parsed = value.trim().endsWith('GMT') ? Date.parse(value) : Number.NaN;
    return Number.isNaN(parsed) ? undefined : parsed;
}

;// CONCATENATED MODULE: ./build/src/atlas/error-response.js








/** RFC 6749 section 5.2. Other servers use this field for a status or its reason. */
const OAUTH_ERROR = /^[a-z_]{1,50}$/;
/** More than any recorded detail has. A server could send megabytes. */
const MAX_DETAIL_LENGTH = 2_000;
/**
 * Parses an error in the format of Atlas or of OAuth 2.0. With any other body (a proxy's error page), only the status is used.
 * Each recorded rejection of Atlas with a JSON body repeats the status and has a `reason` and a `detail`, but not each has an
 * error code.
 */
function parseErrorResponse({ status, body }) {
    const parsed = parseJsonObject(body) ?? {};
    const { error, reason } = parsed;
    const code = asString(parsed['errorCode']) || undefined;
    const oauthError = OAUTH_ERROR.test(asString(error) ?? '') ? asString(error) : undefined;
    const isShaped = error === status && typeof reason === 'string' && typeof parsed['detail'] === 'string';
    return {
        status,
        errorCode: code ?? oauthError,
        detail: parseDetail(parsed),
        isAtlas: isShaped || code !== undefined,
    };
}
/** Converts an exchange whose response is other than 2xx into an error. */
function toRequestError({ request, response, credential, isProvenAtlas }) {
    const parsed = parseErrorResponse(response);
    const error = { ...parsed, isAtlas: isProvenAtlas || parsed.isAtlas };
    const failure = classify(error, credential);
    const remedy = failure.remedy.replaceAll('{credential}', credentialLabel(credential));
    const reason = describeErrorResponse(error, header(response, 'location'));
    const rejection = request.authenticated && failure.meaning === 'rejected' ? error : undefined;
    const retryAfterMs = parseRetryAfter(response);
    return new RequestError(request, reason, { ...failure, remedy }, { retryAfterMs, rejection });
}
/** A clause about the response: `Atlas responded with HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster …`. */
function describeErrorResponse(error, location) {
    const { status, isAtlas } = error;
    const response = formatErrorResponse(error);
    if (status === 407)
        return `a proxy responded with ${response}`;
    if (status >= 300 && status < 400)
        return `the response is a redirect (HTTP ${status}) to ${redactLocation(location)}`;
    if (isAtlas)
        return `Atlas responded with ${response}`;
    return status >= 500
        ? `the response is ${formatErrorResponse(error, ' from Atlas or a proxy')}`
        : `the response (${response}) is not in the format of Atlas`;
}
/** HTTP status, sender, code, and detail: `HTTP 404 Not Found, CLUSTER_NOT_FOUND: No cluster named …`. */
function formatErrorResponse({ status, errorCode, detail }, sender = '') {
    const reason = external_node_http_namespaceObject.STATUS_CODES[status];
    const code = errorCode === undefined ? '' : `, ${errorCode}`;
    // The look-behind keeps the time linear.
    const words = detail && `: ${truncateMiddle(detail, MAX_DETAIL_LENGTH).replace(/(?<![.\s])[.\s]+$/, '')}`;
    return `HTTP ${status}${reason === undefined ? '' : ` ${reason}`}${sender}${code}${words ?? ''}`;
}
/** Origin and path of a redirect, because the rest can contain credentials. */
function redactLocation(location = '') {
    return location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '') || 'an unknown location';
}
/**
 * `detail` with the invalid fields (`badRequestDetail`), and with the address of the runner, which two of the three errors about
 * access lists have only in `parameters`.
 */
function parseDetail(body) {
    const fields = asObjects(asObject(body['badRequestDetail'])['fields']);
    const wrong = fields.flatMap(({ field, description }) => typeof description === 'string' ? [`${asString(field) ?? 'field'}: ${description}`] : []);
    const detail = asString(body['detail']) ?? asString(body['error_description']) ?? '';
    const [address] = Array.isArray(body['parameters']) ? body['parameters'].map(asString) : [];
    const isMissing = address !== undefined && (0,external_node_net_namespaceObject.isIP)(address) !== 0 && !detail.includes(address);
    const addressed = joinSentences(detail, isMissing ? `IP address: ${address}` : '');
    return [addressed, ...wrong].filter(Boolean).join('; ') || undefined;
}

;// CONCATENATED MODULE: ./build/src/atlas/snapshot.js


const TYPES = ['replicaSet', 'shardedCluster'];
const SNAPSHOT_ID = /^[0-9a-f]{24}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/**
 * Parses a snapshot. It checks only the properties that are used, because Atlas's responses differ from the specification
 * (`frequencyType: "ondemand"`).
 *
 * @param context the type of a snapshot without one, and when Atlas sent it
 * @throws ParseError for any other value
 */
function parseSnapshot(value, { type, serverTime } = {}) {
    if (!isJsonObject(value))
        throw new ParseError('the snapshot is not a JSON object');
    const { id, status, storageSizeBytes } = value;
    if (typeof id !== 'string' || !SNAPSHOT_ID.test(id))
        throw new ParseError('the snapshot ID is not 24 lowercase hexadecimal digits');
    if (typeof status !== 'string' || status === '')
        throw new ParseError('the snapshot has no status');
    return {
        id,
        status,
        description: asString(value['description']),
        snapshotType: asString(value['snapshotType']),
        type: TYPES.find((name) => name === value['type']) ?? type,
        createdAt: status === 'completed' ? parseInstant(value['createdAt']) : undefined,
        expiresAt: parseInstant(value['expiresAt']),
        storageSizeBytes: asInteger(storageSizeBytes),
        serverTime,
        resource: value,
    };
}
/** Whether it is completed or failed. An unknown status counts as in progress. */
function isFinished({ status }) {
    return status === 'completed' || status === 'failed';
}
function isCompleted({ status }) {
    return status === 'completed';
}
/** In progress if `completed` proves nothing: in a response to a POST, or only in the plain form of a sharded snapshot. */
function withoutCompletion(snapshot) {
    return isCompleted(snapshot) ? { ...snapshot, status: 'inProgress', createdAt: undefined } : snapshot;
}
/** Whether Atlas rejects another on-demand snapshot because of it (`UNFINISHED_ON_DEMAND_SNAPSHOT`). */
function isBlocking({ snapshotType, status }) {
    return snapshotType === 'onDemand' && (status === 'queued' || status === 'inProgress');
}
/** The snapshot, for messages: `ID (status: queued, description: nightly)`. */
function formatSnapshot({ id, status, description }) {
    return `${id} (status: ${status}${description === undefined ? '' : `, description: ${description}`})`;
}
/**
 * The resource as JSON without `links`. It must not say `completed` if `status` does not. A step can print it, and the runner
 * reads `##[` as a command anywhere in a line.
 */
function toJson({ resource, status, createdAt }) {
    const { links: _, ...withoutLinks } = resource;
    return JSON.stringify({ ...withoutLinks, status, createdAt }).replaceAll('##[', '\\u0023#[');
}
/** Without a time zone, JavaScript would use that of the runner. */
function parseInstant(value) {
    const isInstant = typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));
    return isInstant ? value : undefined;
}

;// CONCATENATED MODULE: ./build/src/atlas/client.js







/** The largest page size that Atlas supports for the plain list. */
const PAGE_SIZE = 500;
/** A list with an entry that can't be read, because it might be the step's own snapshot. A heading of docs/troubleshooting.md. */
const UNREADABLE_LIST = {
    meaning: 'unknown',
    title: 'Could not read snapshot list',
    remedy: 'Report this with the log, because Atlas might have changed its responses.',
};
/** A snapshot in the response to a POST that might be the step's own or another one. A heading of docs/troubleshooting.md. */
const MISSING_TAG = {
    meaning: 'notAtlas',
    title: 'Snapshot without the tag',
    remedy: UNREADABLE_LIST.remedy,
};
/** Older versions of the cluster resource fail for shards of different sizes. */
const CLUSTER_RESOURCE_VERSION = '2024-08-05';
function createClient(cluster, send) {
    const { baseUrl, apiVersion, groupId, clusterName } = cluster;
    const isV2 = apiVersion !== 'v1.0';
    const mediaType = (resourceVersion) => isV2 ? `application/vnd.atlas.${resourceVersion}+json` : 'application/json';
    const clusterPath = `/api/atlas/${isV2 ? 'v2' : 'v1.0'}/groups/${groupId}/clusters/${clusterName}`;
    const snapshotsPath = `${clusterPath}/backup/snapshots`;
    /** Sends a request and parses a 2xx response. */
    const execute = async (request, parse, signal) => {
        const exchange = await send(request, signal);
        const { response } = exchange;
        const { status, body } = response;
        if (status < 200 || status > 299)
            throw toRequestError(exchange);
        try {
            const json = parseJson(body);
            if (json === undefined)
                throw new ParseError(`the response (HTTP ${status}) is not JSON`);
            return parse(json, parseHttpDate(header(response, 'date')));
        }
        catch (error) {
            if (!(error instanceof ParseError))
                throw error;
            const { failure = FAILURES.noValidResponse, message } = error;
            throw new RequestError(exchange.request, message, failure, { cause: error });
        }
    };
    const get = (purpose, path, accept = mediaType(apiVersion)) => ({
        purpose,
        method: 'GET',
        url: new URL(path, baseUrl),
        // Some servers close a connection right after a response, so the request that follows at once must have a new one.
        headers: { accept, connection: 'close' },
    });
    return {
        createSnapshot: (body, isOwn, signal) => {
            const request = {
                purpose: `create a snapshot of cluster ${clusterName}`,
                method: 'POST',
                url: new URL(snapshotsPath, baseUrl),
                headers: { accept: mediaType(apiVersion), 'content-type': mediaType(apiVersion) },
                body: JSON.stringify(body),
            };
            return execute(request, createdParser(isOwn), signal);
        },
        getSnapshot: (id, signal) => {
            const request = get(`read snapshot ${id}`, `${snapshotsPath}/${id}`);
            return execute(request, snapshotParser(id), signal);
        },
        getShardedSnapshot: (id, signal) => {
            const request = get(`read sharded snapshot ${id}`, `${snapshotsPath}/shardedCluster/${id}`);
            return execute(request, snapshotParser(id, 'shardedCluster'), signal);
        },
        listSnapshots: (kind, page, signal) => {
            const path = kind === 'replicaSet' ? `?itemsPerPage=${PAGE_SIZE}&pageNum=${page}` : '/shardedClusters';
            const request = get(`list the snapshots of cluster ${clusterName}`, `${snapshotsPath}${path}`);
            return execute(request, pageParser(kind, page), signal);
        },
        getCluster: (signal) => {
            const request = get(`read cluster ${clusterName}`, clusterPath, mediaType(CLUSTER_RESOURCE_VERSION));
            return execute(request, parseCluster, signal);
        },
    };
}
/** The backup page of the cluster in the Atlas UI. */
function backupPage({ baseUrl, groupId, clusterName }) {
    return `${baseUrl}/v2/${groupId}#/clusters/backup/${clusterName}`;
}
/** Checks the tag, because a response that lacks it can be about any snapshot. */
function createdParser(isOwn) {
    return (body, serverTime) => {
        const snapshot = parseSnapshot(body, { serverTime });
        if (isOwn(snapshot))
            return snapshot;
        const reason = `in the response, the description of snapshot ${snapshot.id} lacks the tag`;
        throw new ParseError(reason, MISSING_TAG);
    };
}
/** Checks the ID, because a faulty proxy or cache can return the response for another snapshot. */
function snapshotParser(id, type) {
    return (body, serverTime) => {
        const snapshot = parseSnapshot(body, { type, serverTime });
        if (snapshot.id === id)
            return snapshot;
        throw new ParseError(`the response is about another snapshot, ${snapshot.id}`);
    };
}
function pageParser(type, page) {
    return (body, serverTime) => {
        const { results } = asObject(body);
        if (!Array.isArray(results))
            throw new ParseError('the response contains no list');
        return results.map((result, index) => {
            try {
                return parseSnapshot(result, { type, serverTime });
            }
            catch (error) {
                if (!(error instanceof ParseError))
                    throw error;
                throw new ParseError(`in entry ${index + 1} of page ${page}, ${error.message}`, UNREADABLE_LIST);
            }
        });
    };
}

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = require("node:crypto");
;// CONCATENATED MODULE: ./build/src/atlas/digest.js

/** By their names in a challenge, which are case-insensitive, in lowercase. */
const ALGORITHMS = new Map([
    ['md5', 'md5'],
    ['sha-256', 'sha256'],
]);
/** Whether this Node has MD5, the only algorithm that Atlas offers. A Node for FIPS 140 does not. */
function hasMd5() {
    return (0,external_node_crypto_namespaceObject.getHashes)().includes('md5');
}
/**
 * A parameter. The first parameter of a challenge follows the scheme, at the start of the line or after a comma. The
 * look-behind prevents matches that start inside a name, so the time is linear.
 */
const PARAMETER = /(?:(?:^|,)\s*([\w-]+)\s+)?(?<![\w*-])([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
/**
 * The first challenge with the strongest algorithm (RFC 7616 section 3.7).
 *
 * @param lines the values of all `WWW-Authenticate` headers, each with one or more challenges
 * @returns `undefined` if none is supported: another scheme, algorithm, or qop, or no realm or nonce
 */
function parseChallenge(lines) {
    const challenges = lines.flatMap(splitChallenges).flatMap((parameters) => toChallenge(parameters) ?? []);
    return challenges.find(({ algorithm }) => algorithm === 'sha256') ?? challenges[0];
}
/** The parameters of each Digest challenge in a line, with lowercase names and unquoted values. The first value of a name is used. */
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
/** Whether a value is safe in a header. A control character could end it and start another header. */
function isSendable(value) {
    return !/[^\x20-\x7e\x80-\xff]/.test(value);
}
/**
 * The value of the `Authorization` header (RFC 7616 section 3.4).
 *
 * @param use `nc` is the number of requests with this nonce, including this one. `cnonce` is random.
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
/** The UTF-8 bytes of a text as one character each, the encoding of header values in Node. */
function octets(text) {
    return Buffer.from(text, 'utf8').toString('latin1');
}
/** A quoted-string (RFC 9110 section 5.6.4). */
function quote(value) {
    return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

;// CONCATENATED MODULE: ./build/src/atlas/digest-auth.js





const CNONCE_BYTES = 16;
/** How many challenges of one request are answered. */
const MAX_CHALLENGES = 3;
/**
 * Adds digest authentication (RFC 7616) to `Send`. Like other clients, it signs each request with the last challenge and an
 * incremented `nc`, and answers a new challenge at once.
 */
class DigestAuth {
    #send;
    #key;
    #random;
    #challenge;
    /** How many requests have used the challenge. */
    #nc = 0;
    constructor(send, key, random) {
        this.#send = send;
        this.#key = key;
        this.#random = random;
    }
    /**
     * Returns a 401 that rejects the key or its role, or that has no supported challenge, instead of throwing it.
     *
     * @throws RequestError like `Send`, and `notExecuted` if the server rejects too many answers in a row
     */
    send = async (request, signal) => {
        for (let challenges = 0;; challenges++) {
            const sent = this.#sign(request);
            const response = await this.#send(sent, signal);
            const exchange = { request: sent, response, credential: 'apiKey', isProvenAtlas: false };
            if (response.status !== 401)
                return exchange;
            if (isMissingRole(parseErrorResponse(response)))
                return exchange;
            const challenge = parseChallenge(response.headers['www-authenticate'] ?? []);
            if (challenge === undefined)
                return exchange;
            this.#challenge = challenge;
            this.#nc = 0;
            // A challenge of an earlier request can be too old. A new one can't, so the server rejects the key.
            if (challenges > 0 && !challenge.stale)
                return { ...exchange, isProvenAtlas: true };
            if (challenges === MAX_CHALLENGES) {
                const reason = `Atlas rejected the responses to ${MAX_CHALLENGES} digest challenges in a row as stale`;
                const failure = { ...FAILURES.noValidResponse, meaning: 'notExecuted' };
                throw new RequestError(sent, reason, failure);
            }
        }
    };
    /** The request with credentials, if there is a challenge. */
    #sign(request) {
        if (this.#challenge === undefined)
            return request;
        const { publicKey: username, privateKey: password } = this.#key;
        this.#nc += 1;
        const authorization = digestAuthorization(this.#challenge, { username, password }, { method: request.method, uri: requestTarget(request.url) }, { nc: this.#nc, cnonce: this.#random.hex(CNONCE_BYTES) });
        return withCredentials(request, authorization);
    }
}

;// CONCATENATED MODULE: ./build/src/atlas/service-account-auth.js






/** The share of a token's lifetime after which it is renewed. */
const RENEWAL_FRACTION = 0.9;
/** What an `Authorization` header can contain. */
const USABLE_TOKEN = /^[\x21-\x7e]+$/;
/**
 * Adds Bearer tokens (RFC 6750) to `Send`. It gets them with client credentials (RFC 6749 section 4.4) and revokes the last
 * one at the end (RFC 7009). Each request can replace a rejected token once.
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
     * Gets a token first if necessary.
     *
     * @throws RequestError like `Send`, or that of the request for a token, without which Atlas executes nothing
     */
    send = async (request, signal) => {
        const first = await this.#sendWithToken(request, signal);
        const { response, isProvenAtlas } = first;
        if (response.status !== 401)
            return first;
        const error = parseErrorResponse(response);
        const rejectsToken = (isProvenAtlas || error.isAtlas) && !isMissingRole(error);
        if (!rejectsToken)
            return first;
        this.#cached = undefined;
        return this.#sendWithToken(request, signal);
    };
    /** Revokes the token if there is one. Never throws, because a token that is not revoked still expires. */
    async close(signal) {
        if (this.#cached === undefined)
            return;
        const { send, logger } = this.#options;
        const form = { token: this.#cached.value, token_type_hint: 'access_token' };
        this.#cached = undefined;
        const request = this.#tokenRequest('revoke the access token', 'revoke', form);
        try {
            assertSuccess(request, await send(request, signal));
            logger.debug('Revoked the access token.');
        }
        catch (error) {
            logger.debug(`The access token remains valid until it expires. ${errorMessage(error)}`);
        }
    }
    async #sendWithToken(request, signal) {
        const { clock, send } = this.#options;
        if (this.#cached === undefined || clock.now() >= this.#cached.renewAt)
            this.#cached = await this.#fetchToken(signal);
        const sent = withCredentials(request, `Bearer ${this.#cached.value}`);
        const response = await send(sent, signal);
        const isProvenAtlas = response.status === 401 && hasBearerChallenge(response);
        return { request: sent, response, credential: 'serviceAccount', isProvenAtlas };
    }
    async #fetchToken(signal) {
        const { clock, send, setSecret } = this.#options;
        const request = this.#tokenRequest('get an access token', 'token', { grant_type: 'client_credentials' });
        // If a server refuses this request, the old token is not revoked, which would send it the client secret again.
        this.#cached = undefined;
        // The token's lifetime can start as early as this.
        const requestedAt = clock.now();
        const response = await send(request, signal);
        assertSuccess(request, response);
        const { access_token: value, expires_in: seconds } = parseJsonObject(response.body) ?? {};
        if (typeof value !== 'string' || !USABLE_TOKEN.test(value)) {
            const reason = `the response (HTTP ${response.status}) contains no valid access token`;
            throw new RequestError(request, reason, FAILURES.noValidResponse);
        }
        setSecret(value);
        const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY;
        return { value, renewAt: requestedAt + lifetimeMs * RENEWAL_FRACTION };
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
/** RFC 6750 section 3. It can follow the challenge of another scheme in the same line. */
function hasBearerChallenge({ headers }) {
    return (headers['www-authenticate'] ?? []).some((line) => /(^|,)\s*bearer\b/i.test(line));
}
/** @throws RequestError for a response other than 2xx */
function assertSuccess(request, response) {
    if (response.status >= 200 && response.status <= 299)
        return;
    // Only an OAuth 2.0 server sends such an error (RFC 6749 section 5.2).
    const isProvenAtlas = parseErrorResponse(response).errorCode !== undefined;
    throw toRequestError({ request, response, credential: 'serviceAccount', isProvenAtlas });
}

;// CONCATENATED MODULE: ./build/src/atlas/connection.js






/** From the start of a request to the last byte of its response. Then the request is ended, and its outcome is unknown. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A cached response can be too old, and this action can't decode a compressed one. */
const COMMON_HEADERS = { 'accept-encoding': 'identity', 'cache-control': 'no-cache' };
/** Combines the layers on top of `Send`, from headers and logging to authentication and the client. */
function createConnection(cluster, credentials, { send, random, ...dependencies }) {
    const { clock, logger } = dependencies;
    const sendLogged = withLogging(send, clock, logger);
    const sendToAtlas = (request, parent) => {
        const complete = { ...request, headers: { ...COMMON_HEADERS, ...request.headers } };
        return withTimeout(clock, REQUEST_TIMEOUT_MS, (signal) => sendLogged(complete, signal), parent);
    };
    if (credentials.kind === 'apiKey') {
        const auth = new DigestAuth(sendToAtlas, credentials, random);
        return { client: createClient(cluster, auth.send), close: async () => { } };
    }
    const { baseUrl } = cluster;
    const auth = new ServiceAccountAuth({ ...dependencies, send: sendToAtlas, baseUrl, account: credentials });
    return { client: createClient(cluster, auth.send), close: (signal) => auth.close(signal) };
}
/** Logs method, path, status, and milliseconds of each request as a debug line, never a header or a body. */
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
            log(error instanceof RequestError ? error.meaning : 'error');
            throw error;
        }
    };
}

;// CONCATENATED MODULE: ./build/src/snapshot/deadline.js


/** Why a step must stop early. Its message continues with `while …`: `Timed out after 30 min`. */
class StopReason extends Error {
    name = 'StopReason';
    stoppedBy;
    constructor(stoppedBy, message) {
        super(message);
        this.stoppedBy = stoppedBy;
    }
}
/** The one deadline of a step, and every sleep before it. */
class Deadline {
    /** Aborts with a `StopReason` at the deadline, or earlier if the step is canceled. */
    signal;
    /** Ends the timer. */
    release;
    #clock;
    /** @param cancel aborts with a `StopReason` when the step is canceled */
    constructor(clock, timeoutMs, cancel) {
        const timeout = new AbortController();
        const reason = new StopReason('deadline', `Timed out after ${formatDuration(timeoutMs)}`);
        this.release = clock.setTimeout(timeoutMs, () => timeout.abort(reason));
        this.signal = AbortSignal.any([cancel, timeout.signal]);
        this.#clock = clock;
    }
    /** @throws StopReason if the step must stop before the delay has passed */
    sleep(delayMs) {
        return sleep(this.#clock, delayMs, this.signal);
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/context.js

/**
 * Starts the time limit of a step. The caller releases the deadline at its end.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 */
function startStep(options, dependencies, cancel) {
    const { client, clock } = dependencies;
    const deadline = new Deadline(clock, options.timeoutMs, cancel);
    let cluster;
    const readCluster = async () => {
        cluster ??= await client.getCluster(deadline.signal);
        return cluster;
    };
    return { ...dependencies, options, readCluster, deadline };
}

;// CONCATENATED MODULE: ./build/src/snapshot/list.js


/** 50,000 snapshots. Without a limit, an endless list would fill the runner's memory. */
const MAX_PAGES = 100;
/**
 * Reads all snapshots of the cluster from the list of its kind. Before the first list of a step, reads the cluster. It returns
 * the whole list or throws, so a list that it can't read is never taken for one without the step's snapshot.
 *
 * @throws RequestError of the request that failed, or `unknown` if the list is too long
 */
async function readList(context) {
    const { client, deadline, options, readCluster } = context;
    const { kind } = await readCluster();
    const pages = [];
    while (pages.length < MAX_PAGES) {
        const page = await client.listSnapshots(kind, pages.length + 1, deadline.signal);
        pages.push(page);
        if (kind === 'shardedCluster' || page.length < PAGE_SIZE)
            return pages.flat();
    }
    const purpose = `list the snapshots of cluster ${options.cluster.clusterName}`;
    throw new RequestError({ purpose }, `it has more than ${MAX_PAGES} pages`, UNREADABLE_LIST);
}

;// CONCATENATED MODULE: ./build/src/snapshot/reports.js






/** Headings of docs/troubleshooting.md. */
const STEP_TITLES = {
    timedOut: 'Timed out',
    canceled: 'Canceled',
    snapshotFailed: 'Snapshot failed',
    notOfCluster: 'Not a snapshot of the whole cluster',
};
/** The state after a step that created nothing. */
const NOTHING_CREATED = 'No snapshot was created.';
const CANCELED_BY = "A person, a newer run of the concurrency group, GitHub's own timeout-minutes, or the end of the runner canceled this step.";
const CANCELED = {
    title: STEP_TITLES.canceled,
    remedy: 'If a person canceled it, ask them first. If a newer run canceled it, remove cancel-in-progress: true from all workflows of the group.',
};
/** The error of a failed step: what happened, what exists in Atlas, and what to do. */
function toStepError(thrown, { phase, lastError, state }) {
    if (thrown instanceof StopReason) {
        const isCanceled = thrown.stoppedBy === 'cancellation';
        const stopped = `${thrown.message} while ${phase}.`;
        const message = joinSentences(stopped, isCanceled ? CANCELED_BY : '', lastError?.message, state);
        const help = isCanceled ? CANCELED : toTimeoutHelp(lastError);
        return new ActionError(message, help, { cause: thrown });
    }
    const error = toActionError(thrown);
    return new ActionError(joinSentences(error.message, state), error.help, { cause: error });
}
/** Whether an error of `toStepError` reports a cancellation. */
function isCancellation({ cause }) {
    return cause instanceof StopReason && cause.stoppedBy === 'cancellation';
}
/** More time might not help if the last request failed, and a throttled step only needs fewer requests. */
function toTimeoutHelp(lastError) {
    if (lastError?.meaning === 'throttled')
        return lastError.help;
    // A re-run has the inputs of its own commit.
    const moreTime = 'For more time, raise timeout-minutes in a new commit.';
    return { title: STEP_TITLES.timedOut, remedy: joinSentences(lastError?.help.remedy, moreTime) };
}
/**
 * If the cluster's configuration (M0, paused, backup off) explains a rejection without a clear reason, adds the reason.
 * Returns any other error unchanged. Never throws.
 */
async function withClusterDiagnosis(thrown, { client, deadline }) {
    if (!(thrown instanceof RequestError && thrown.rejection && thrown.failure.needsClusterDiagnosis))
        return thrown;
    // Anew, because the cluster can have changed since the step read it.
    const reason = await client.getCluster(deadline.signal).then(findBlocker, toClusterError);
    if (reason === undefined)
        return thrown;
    return new ActionError(`${thrown.message} ${reason.message}`, reason.help, { cause: thrown });
}
/** The rejection of a read of the cluster, if it shows the reason. */
function toClusterError(error) {
    if (!(error instanceof RequestError && error.rejection))
        return undefined;
    const isAboutCluster = [400, 404].includes(error.rejection.status);
    return isAboutCluster && !error.failure.needsClusterDiagnosis ? error : undefined;
}
/** What might exist after a POST that might have been executed, while no snapshot of the step is known. */
function describeDoubt(tag) {
    return `A snapshot with tag ${tag} might exist.`;
}
/** The error of a snapshot that Atlas reports as failed. */
function snapshotFailedError(id) {
    const message = `Atlas reports that snapshot ${id} failed, so you cannot restore it.`;
    const remedy = "Check the cluster's backup page and the project's alerts in Atlas.";
    return new ActionError(message, { title: STEP_TITLES.snapshotFailed, remedy });
}
/** The error of the snapshot of `snapshot-id` if its type is not that of the cluster, such as one of a single shard. */
function notOfClusterError(id, type, clusterType) {
    const message = `Snapshot ${id} has type ${type}, but the cluster's snapshots have type ${clusterType}.`;
    const remedy = 'Check where the value of snapshot-id comes from. It must be a snapshot of the whole cluster.';
    return new ActionError(message, { title: STEP_TITLES.notOfCluster, remedy });
}
function describeConflict(other) {
    return `Another on-demand snapshot of the cluster is in progress: ${formatSnapshot(other)}.`;
}

;// CONCATENATED MODULE: ./build/src/snapshot/retry.js


/** For how long failures in a row are retried, in milliseconds. */
const LIMITS = {
    outage: 5 * 60_000,
    // A proxy, an access list, or a role can reject requests for a moment. Atlas might not find a new snapshot yet.
    rejection: 60_000,
    // `deadline.sleep` ends them.
    deadline: Number.POSITIVE_INFINITY,
};
/** A read before the first POST or without one. The next policies add to it. */
const BEFORE_POST = { notExecuted: 'outage', unknown: 'outage', throttled: 'deadline' };
/** Of a POST, by `on-conflict`. */
const POST_POLICIES = {
    wait: { ...BEFORE_POST, conflict: 'deadline' },
    fail: BEFORE_POST,
};
/** A list after a POST, which alone can show whether that one was executed. */
const AFTER_POST = { ...BEFORE_POST, notAtlas: 'outage', rejected: 'rejection' };
/** A read while the step waits for a snapshot. Only rejections end it before the deadline. */
const WHILE_WAITING = {
    notExecuted: 'deadline',
    unknown: 'deadline',
    throttled: 'deadline',
    notAtlas: 'deadline',
    rejected: 'rejection',
};
/** The pause after a failure, in milliseconds. */
const PAUSE = {
    /** The assumption is that a list shows a snapshot this long after its POST. A list before that would prove nothing. */
    minMs: 5_000,
    growthMs: 10_000,
    maxMs: 30_000,
    /** Maintenance pages ask for hours. */
    maxRetryAfterMs: 120_000,
};
/**
 * The pause before the next try, in milliseconds. It grows with the failures in a row, and is random, which spreads many steps
 * with one rate limit. If `Retry-After` is longer, it is that, up to a limit.
 *
 * @param fraction random, from 0 to 1
 * @returns `undefined` if the time is over
 */
function decidePause(row, now, fraction) {
    if (now - row.since >= LIMITS[row.limit])
        return undefined;
    const maxMs = Math.min(PAUSE.growthMs * row.count, PAUSE.maxMs);
    const backoffMs = PAUSE.minMs + (maxMs - PAUSE.minMs) * fraction;
    return Math.max(backoffMs, Math.min(row.last.retryAfterMs ?? 0, PAUSE.maxRetryAfterMs));
}
/** A series of requests of one kind: POSTs, lists, or reads of a snapshot. */
class Retries {
    #context;
    #row;
    constructor(context) {
        this.#context = context;
    }
    /** The last failure that was retried, `undefined` after a success or `reset`. */
    get lastError() {
        return this.#row?.last;
    }
    /** Ends the row of failures. */
    reset() {
        this.#row = undefined;
    }
    /** Retries a read until it succeeds. Throws like `pauseOrThrow`. */
    async read(attempt, policy) {
        for (;;) {
            try {
                const value = await attempt();
                this.reset();
                return value;
            }
            catch (error) {
                await this.pauseOrThrow(error, policy);
            }
        }
    }
    /**
     * Logs a failure, and sleeps until the next try.
     *
     * @returns the failure
     * @throws StopReason at the deadline, or if the step is canceled
     * @throws RequestError if the policy does not retry the failure, or not any longer
     * @throws the failure if it is a bug
     */
    async pauseOrThrow(failure, policy) {
        const { clock, deadline, logger, random } = this.#context;
        // A request that the stop ends fails, too, and the stop is the reason to report.
        deadline.signal.throwIfAborted();
        if (!(failure instanceof RequestError))
            throw failure;
        const limit = policy[failure.meaning];
        if (limit === undefined)
            throw failure;
        const now = clock.now();
        const before = this.#row;
        const since = before?.limit === limit ? before.since : now;
        this.#row = { count: (before?.count ?? 0) + 1, last: failure, limit, since };
        const pauseMs = decidePause(this.#row, now, random.fraction());
        const more = `All tries for ${formatDuration(now - since)} have failed`;
        if (pauseMs === undefined)
            throw failure.with({ reason: `${failure.reason}. ${more}` });
        logger.info(`${failure.message} Next try in ${formatDuration(pauseMs)}, if the time limit allows.`);
        await deadline.sleep(pauseMs);
        return failure;
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/reuse.js


/** The newest completed on-demand snapshot that is recent enough and does not expire too early. */
function findReusable(snapshots, reuse) {
    const reusable = snapshots.filter((snapshot) => isReusable(snapshot, reuse));
    return reusable.toSorted((a, b) => toMs(b.createdAt) - toMs(a.createdAt))[0];
}
/** The warning about a reused snapshot. */
function describeReuse(snapshot) {
    const age = restorePointAge(snapshot);
    const ago = age === undefined ? '' : `, ${formatDuration(age)} ago`;
    return `Using another snapshot (reuse-within-minutes): ${formatSnapshot(snapshot)}. Restore point: ${snapshot.createdAt}${ago}.`;
}
/** Milliseconds from the restore point to Atlas's response. `undefined` without a restore point or a `Date`. */
function restorePointAge({ serverTime, createdAt }) {
    return serverTime === undefined || createdAt === undefined ? undefined : serverTime - Date.parse(createdAt);
}
/** A snapshot with an unknown age or expiry is not reused. */
function isReusable(snapshot, { reuseWithinMs, request }) {
    const age = restorePointAge(snapshot);
    if (reuseWithinMs === undefined || age === undefined)
        return false;
    if (!isCompleted(snapshot) || snapshot.snapshotType !== 'onDemand')
        return false;
    const keptFor = toMs(snapshot.expiresAt) - toMs(snapshot.createdAt);
    return age >= 0 && age <= reuseWithinMs && keptFor > age && keptFor >= request.retentionInDays * DAY_MS;
}
/** Milliseconds since 1970. `NaN` if unknown, so every comparison is false. */
function toMs(iso) {
    return Date.parse(iso ?? '');
}

;// CONCATENATED MODULE: ./build/src/snapshot/read.js







/**
 * Reads the snapshot of the `snapshot-id` input, and warns if its restore point is old. A rejection, such as a 404, is not
 * retried.
 *
 * @throws ActionError if it is not a snapshot of the whole cluster, and any error like `Retries.read`
 */
async function readExisting(id, context, retries) {
    const read = async () => {
        const snapshot = await readSnapshot(id, context);
        const { kind } = await context.readCluster();
        const { type = kind } = snapshot;
        if (type !== kind)
            throw notOfClusterError(id, type, kind);
        return snapshot;
    };
    const snapshot = await retries.read(read, BEFORE_POST);
    // A snapshot-id that is left over in a workflow would pass each deployment with older data.
    if ((restorePointAge(snapshot) ?? 0) > DAY_MS)
        context.logger.warning(`The restore point of snapshot ${id} (snapshot-id) is from before this step: ${snapshot.createdAt}. It does not contain later writes. If snapshot-id was only for an earlier run, remove it from the workflow.`);
    return { snapshot, created: false };
}
/**
 * Reads a snapshot in its plain form. Without a type, it has the cluster's. Only the sharded form of a sharded snapshot shows
 * whether every shard is completed. While Atlas does not find that form, the snapshot is in progress.
 *
 * @throws RequestError like the client
 */
async function readSnapshot(id, context) {
    const { client, deadline, readCluster } = context;
    const { signal } = deadline;
    const plain = await client.getSnapshot(id, signal).catch((error) => {
        // Atlas was recorded to send a 404 without a code.
        throw isSnapshotNotFound(error) ? error.with({ failure: FAILURES.snapshotNotFound }) : error;
    });
    if (!isCompleted(plain))
        return plain;
    const type = plain.type ?? (await readCluster()).kind;
    if (type === 'replicaSet')
        return plain;
    return client.getShardedSnapshot(id, signal).catch((error) => {
        if (isSnapshotNotFound(error))
            return withoutCompletion(plain);
        throw error;
    });
}

;// CONCATENATED MODULE: ./build/src/snapshot/step-log.js



const WITHOUT_WAITING = 'without waiting until it is completed';
/** Logs what the step will do. `tag` is that of the snapshot to create, if any. */
function logPlan({ options, logger }, tag) {
    const { cluster, credentialName, timeoutMs } = options;
    logger.info(describePlan(options, tag));
    logger.info(`Using ${cluster.baseUrl} with ${credentialName}. Time limit: ${formatDuration(timeoutMs)}.`);
}
function describePlan(options, tag) {
    const { cluster, snapshotId, reuseWithinMs, wait } = options;
    const place = `of cluster ${cluster.clusterName} in project ${cluster.groupId}`;
    if (snapshotId !== undefined)
        return `${wait ? 'Waiting for' : 'Reading'} snapshot ${snapshotId} ${place}.`;
    const tagged = tag === undefined ? '' : ` with tag ${tag}`;
    const reused = reuseWithinMs === undefined ? '' : `, or reusing one that is at most ${formatDuration(reuseWithinMs)} old`;
    const end = wait ? 'then waiting until it is completed' : WITHOUT_WAITING;
    return `Creating a snapshot ${place}${tagged}${reused}, ${end}.`;
}
/** The end of a plan in the infinitive. */
function describeWait({ wait }) {
    return wait ? 'and wait until it is completed' : WITHOUT_WAITING;
}
/** Logs which snapshot the step continues with. */
function logSnapshot({ snapshot, created }, { options: { request }, logger }) {
    const { id, description } = snapshot;
    const status = `(status: ${snapshot.status})`;
    const described = description === undefined ? '' : ` Description: ${description}.`;
    logger.info(created
        ? `Snapshot ${id} created ${status}.${described} Retention: ${formatDays(request.retentionInDays)}.`
        : `Using snapshot ${id} ${status}.`);
}
/** Logs the end of a step that succeeds. */
function logResult({ snapshot }, waitedMs, { options: { cluster, wait }, logger }) {
    const { id, createdAt, expiresAt, storageSizeBytes } = snapshot;
    const message = [
        `Snapshot ${id} is ${snapshot.status}.`,
        wait && waitedMs >= 50 && `Waited: ${formatDuration(waitedMs)}.`,
        createdAt && `Restore point: ${createdAt}.`,
        storageSizeBytes && `Size: ${formatBytes(storageSizeBytes)}.`,
        expiresAt && `Expires: ${expiresAt}.`,
    ]
        .filter(Boolean)
        .join(' ');
    if (isCompleted(snapshot))
        logger.notice(message);
    else
        logger.info(message);
    logger.info(`Backup page: ${backupPage(cluster)}`);
    if (!isCompleted(snapshot))
        logger.notice(`Snapshot ${id} is not completed yet (status: ${snapshot.status}), so it might include changes that your deployment makes. To prevent this, wait for it before you deploy (wait: true, here or in a later step).`);
}

;// CONCATENATED MODULE: ./build/src/snapshot/dry-run.js













const WAS_DRY_RUN = 'This was a dry run, so no snapshot was created.';
/**
 * Checks credentials, cluster, list, and conflicts, and logs what the step would do. Does not send the POST.
 *
 * @throws ActionError if the step would fail
 */
async function dryRun(options, dependencies, cancel) {
    const context = startStep(options, dependencies, cancel);
    const { clock, deadline, logger } = context;
    const retries = new Retries(context);
    const onBeat = (waitedMs) => logger.info(`Still checking after ${formatDuration(waitedMs)}.`);
    logger.info('This is a dry run, so no snapshot is created. The action checks this plan:');
    logPlan(context);
    try {
        const { snapshotId: id } = options;
        const check = () => id === undefined ? checkCreation(context, retries) : checkExisting(id, context, retries);
        const plan = await withHeartbeat(clock, onBeat, check);
        const unverified = id === undefined
            ? `A dry run can't verify that ${options.credentialName} is allowed to take snapshots.`
            : '';
        logger.notice(`Dry run passed. Without dry-run, this step would ${plan}. ${unverified}`);
        return { plan, unverified };
    }
    catch (error) {
        const { lastError } = retries;
        throw toStepError(error, { phase: 'checking the plan', lastError, state: WAS_DRY_RUN });
    }
    finally {
        deadline.release();
    }
}
async function checkCreation(context, retries) {
    const { options, logger, onSnapshot } = context;
    const { onConflict, request, reuseWithinMs } = options;
    await checkCluster(context, retries);
    const snapshots = await retries.read(() => readList(context), BEFORE_POST);
    logger.info(`Snapshots of the cluster: ${snapshots.length}.`);
    const recent = findReusable(snapshots, options);
    if (recent !== undefined) {
        onSnapshot({ snapshot: recent, created: false });
        return `reuse snapshot ${formatSnapshot(recent)} with restore point ${recent.createdAt}`;
    }
    const { description, retentionInDays } = request;
    const snapshot = `description: ${description}, retention: ${formatDays(retentionInDays)}`;
    const create = `create a snapshot (${snapshot}) ${describeWait(options)}`;
    const other = snapshots.find(isBlocking);
    if (other === undefined)
        return create;
    if (onConflict === 'fail')
        throw new ActionError(describeConflict(other), FAILURES.conflict);
    logger.warning(`${describeConflict(other)} Atlas rejects a new snapshot until it has finished.`);
    return `wait for snapshot ${other.id} to finish, then ${reuseWithinMs === undefined ? '' : 'reuse it or '}${create}`;
}
async function checkExisting(id, context, retries) {
    const existing = await readExisting(id, context, retries);
    const { snapshot } = existing;
    context.logger.info(`Found snapshot ${formatSnapshot(snapshot)}.`);
    context.onSnapshot(existing);
    if (snapshot.status === 'failed')
        throw snapshotFailedError(id);
    const wait = isFinished(snapshot) ? '' : ` ${describeWait(context.options)}`;
    return `use snapshot ${formatSnapshot(snapshot)}${wait}`;
}
/** @throws ActionError if the cluster does not support snapshots */
async function checkCluster(context, retries) {
    const { logger, options, readCluster } = context;
    const cluster = await retries.read(readCluster, BEFORE_POST);
    const blocker = findBlocker(cluster);
    if (blocker !== undefined)
        throw blocker;
    const { instanceSizes, backupEnabled, paused } = cluster;
    const known = [backupEnabled && 'Cloud Backup on', paused === false && 'not paused'].filter(Boolean);
    logger.info(`Cluster: ${[options.cluster.clusterName, ...instanceSizes, ...known].join(', ')}.`);
}

;// CONCATENATED MODULE: ./build/src/snapshot/polling.js








const FIRST_INTERVAL_MS = 4_000;
/** Before this age, a snapshot is polled less often, because none of 329 recorded ones was completed before 99 s. */
const YOUNG_MS = 75_000;
const YOUNG_INTERVAL_MS = 10_000;
const MIN_INTERVAL_MS = 3_000;
const MAX_INTERVAL_MS = 15_000;
const INTERVAL_FRACTION = 0.02;
const JITTER = 0.1;
/**
 * Follows a snapshot that Atlas has accepted or shown to the end of the step. Each response goes to `onSnapshot`. With `wait`,
 * polls it until Atlas reports it as completed or failed. Any other status, even an unknown one, counts as in progress.
 *
 * @throws ActionError that says when the snapshot was last seen, and as what
 */
async function follow(acquired, context) {
    const { clock, deadline, logger, onSnapshot, options } = context;
    const { created } = acquired;
    const { id } = acquired.snapshot;
    const retries = new Retries(context);
    const start = clock.now();
    let { snapshot } = acquired;
    let seenAt = start;
    const waited = () => formatDuration(clock.now() - start);
    /** One sentence: `Snapshot 6a79… was last seen 5 s ago (status: queued).` */
    const describe = () => `Snapshot ${id} was last seen ${formatDuration(clock.now() - seenAt)} ago (status: ${snapshot.status}).`;
    const onBeat = () => logger.info(retries.lastError === undefined
        ? `Snapshot ${id}: still ${snapshot.status} after ${waited()}.`
        : describe());
    const poll = async () => {
        while (!isFinished(snapshot)) {
            await deadline.sleep(pollInterval(context, clock.now() - start, acquired));
            const { status } = snapshot;
            snapshot = await retries.read(() => readSnapshot(id, context), WHILE_WAITING);
            seenAt = clock.now();
            onSnapshot({ snapshot, created });
            // The end of the step logs the result.
            if (snapshot.status !== status && !isFinished(snapshot))
                logger.info(`Snapshot ${id}: ${snapshot.status} after ${waited()}.`);
        }
    };
    try {
        onSnapshot(acquired);
        runOptional(logger, () => logSnapshot(acquired, context));
        if (options.wait)
            await withHeartbeat(clock, onBeat, poll);
    }
    catch (error) {
        const { lastError } = retries;
        const next = lastError?.rejection?.status === 404 ? 'It might no longer exist.' : 'It continues in Atlas.';
        const state = isFinished(snapshot) ? `Snapshot ${id} is ${snapshot.status}.` : `${describe()} ${next}`;
        throw toStepError(error, { phase: 'waiting for the snapshot', lastError, state });
    }
    if (snapshot.status === 'failed')
        throw snapshotFailedError(id);
    const followed = { snapshot, created };
    runOptional(logger, () => logResult(followed, clock.now() - start, context));
    return followed;
}
/**
 * Milliseconds until the next status check. After the first one, the adaptive interval is constant for a young snapshot of
 * this step. Later, or for any other snapshot, it is a share of the time waited so far, within limits. All but the first have
 * jitter, which spreads steps that start together. A fixed interval has no jitter.
 *
 * @param waitedMs milliseconds waited so far
 */
function pollInterval({ options: { pollIntervalMs }, random }, waitedMs, { created }) {
    if (pollIntervalMs !== undefined)
        return pollIntervalMs;
    if (waitedMs < FIRST_INTERVAL_MS)
        return FIRST_INTERVAL_MS;
    const interval = created && waitedMs < YOUNG_MS
        ? YOUNG_INTERVAL_MS
        : Math.min(Math.max(waitedMs * INTERVAL_FRACTION, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
    return interval * (1 - JITTER + 2 * JITTER * random.fraction());
}

;// CONCATENATED MODULE: ./build/src/snapshot/tag.js
function createTag(random) {
    return `[as-${random.hex(4)}]`;
}
function withTag(description, tag) {
    return `${tag} ${description}`;
}
/** Whether this step created the snapshot. The tag counts anywhere, because Atlas might put a text before it. */
function isOwn({ description = '' }, tag) {
    return description.includes(tag);
}

;// CONCATENATED MODULE: ./build/src/snapshot/create.js










/**
 * Creates one snapshot and never two, or uses one that `reuse-within-minutes` allows. The API has no idempotency key, but Atlas
 * rejects a second on-demand snapshot while one is in progress, and a tag in the description marks the step's own snapshot.
 *
 * 1. With `reuse-within-minutes`, the step starts with the search of rule 3. Otherwise, it starts with the POST.
 * 2. It sends the POST. If the POST fails and can be retried, the step pauses. Any other failure ends it.
 * 3. Before the next POST, it searches the list for its own snapshot, or else for one to reuse, if any of these is true: a POST
 *    might have been executed, the last POST met a conflict, or `reuse-within-minutes` is set. With `on-conflict: wait`, it reads
 *    the list again while that shows another snapshot in progress. The next POST follows the last list directly.
 * 4. A step that fails reports that its snapshot might exist if any POST might have been executed.
 *
 * @throws ActionError that reports whether a snapshot might exist
 */
async function createSnapshot(tag, context) {
    const { client, clock, deadline, logger, options } = context;
    const { onConflict, reuseWithinMs } = options;
    const request = { ...options.request, description: withTag(options.request.description, tag) };
    const postRetries = new Retries(context);
    const listRetries = new Retries(context);
    /** Continues `Still …`. */
    let phase = 'searching for a snapshot to reuse';
    /** Whether any POST so far might have been executed. */
    let mightExist = false;
    const onBeat = (ms) => logger.info(`Still ${phase}, ${formatDuration(ms)} after the start.`);
    try {
        return await withHeartbeat(clock, onBeat, create);
    }
    catch (thrown) {
        const error = await withClusterDiagnosis(thrown, context);
        const state = mightExist ? describeDoubt(tag) : NOTHING_CREATED;
        // No POST follows a list that fails, so the failure of a list is the last one.
        const lastError = listRetries.lastError ?? postRetries.lastError;
        throw toStepError(error, { phase, lastError, state });
    }
    async function create() {
        let next = reuseWithinMs === undefined ? 'post' : await search(BEFORE_POST);
        while (typeof next === 'string')
            next = next === 'post' ? await post() : await search(AFTER_POST);
        return next;
    }
    /** Rules 2 and 3. */
    async function post() {
        phase = 'creating the snapshot';
        try {
            const snapshot = await client.createSnapshot(request, (found) => isOwn(found, tag), deadline.signal);
            return { snapshot: withoutCompletion(snapshot), created: true };
        }
        catch (error) {
            // An aborted request is a `RequestError`, too. After any other error, a bug, it might have been executed.
            mightExist ||= !(error instanceof RequestError) || error.mayHaveExecuted;
            const { meaning } = await postRetries.pauseOrThrow(error, POST_POLICIES[onConflict]);
            const needsList = mightExist || meaning === 'conflict' || reuseWithinMs !== undefined;
            return needsList ? 'list' : 'post';
        }
    }
    /** Rules 1 and 3. Reads the list until it shows a snapshot to use, or no other one to wait for. */
    async function search(firstPolicy) {
        const start = clock.now();
        let waitsFor;
        // Once a list has shown another snapshot in progress, the step waits for it.
        for (let policy = firstPolicy;; policy = WHILE_WAITING) {
            const snapshots = await listRetries.read(() => readList(context), policy);
            const usable = findUsable(snapshots);
            if (usable !== undefined)
                return usable;
            const other = snapshots.find(isBlocking);
            // With `fail`, the POST shows whether Atlas rejects it because of the other one.
            if (other === undefined || onConflict === 'fail')
                return 'post';
            // The wait is no outage of the POSTs, so their time starts anew. No report must name a conflict that is over.
            postRetries.reset();
            if (other.id !== waitsFor?.id)
                logger.info(`${describeConflict(other)} Waiting for it to finish.`);
            waitsFor = other;
            phase = `waiting for another snapshot (${other.id})`;
            await deadline.sleep(pollInterval(context, clock.now() - start, { created: false }));
        }
    }
    function findUsable(snapshots) {
        const own = snapshots.find((snapshot) => isOwn(snapshot, tag));
        if (own !== undefined) {
            logger.info(`Found snapshot ${own.id} with tag ${tag}. This step created it.`);
            return { snapshot: own, created: true };
        }
        const reusable = findReusable(snapshots, options);
        if (reusable !== undefined)
            logger.warning(describeReuse(reusable));
        return reusable && { snapshot: reusable, created: false };
    }
}

;// CONCATENATED MODULE: ./build/src/snapshot/obtain.js








/**
 * Resolves only if Atlas accepted the snapshot and, with `wait`, reported this same snapshot as completed.
 *
 * @param cancel aborts with a `StopReason` when the step is canceled
 * @throws ActionError that reports what happened, what exists in Atlas, and what to do
 */
async function obtainSnapshot(options, dependencies, cancel) {
    const context = startStep(options, dependencies, cancel);
    try {
        return await follow(await acquire(context), context);
    }
    finally {
        context.deadline.release();
    }
}
/** The snapshot of the `snapshot-id` input, or one that the step creates or reuses. */
async function acquire(context) {
    const { snapshotId: id } = context.options;
    if (id === undefined) {
        const tag = createTag(context.random);
        // Before the first POST, so the log contains the tag even if the process is killed.
        logPlan(context, tag);
        return createSnapshot(tag, context);
    }
    logPlan(context);
    const retries = new Retries(context);
    try {
        return await readExisting(id, context, retries);
    }
    catch (error) {
        const { lastError } = retries;
        throw toStepError(error, { phase: `reading snapshot ${id}`, lastError, state: NOTHING_CREATED });
    }
}

;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
var external_node_https_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_node_https_namespaceObject, 2);
;// CONCATENATED MODULE: external "node:tls"
const external_node_tls_namespaceObject = require("node:tls");
;// CONCATENATED MODULE: external "node:url"
const external_node_url_namespaceObject = require("node:url");
;// CONCATENATED MODULE: ./build/src/atlas/network-errors.js



/**
 * The classes of network errors. Node and the proxy agents throw no others, and not all of theirs have a `code`. Names are
 * compared, because Node's own subclasses have the constructor `Error`.
 */
const NETWORK_ERROR_CLASSES = ['Error', 'AggregateError'];
/** System calls that come before the first byte of a request. */
const BEFORE_SENDING = ['connect', 'getaddrinfo'];
/** Node's codes for a TLS failure. */
const TLS_CODE = /^(EPROTO$|ERR_SSL_)/;
/** The reason in an OpenSSL error: `…:error:0A00010B:SSL routines:function:reason:file:line:`. */
const OPENSSL_REASON = /:error:[^:]*:[^:]*:[^:]*:([^:]+)/;
/** The proxy's response to CONNECT. Some proxies, such as tinyproxy, respond to a wrong password with 401. */
const TUNNEL_REFUSED = /^tunneling socket could not be established, statusCode=(401|403|407)$/;
const TUNNEL_FAILED = /^tunneling socket could not be established|^got illegal response body from proxy/;
/** Far larger than any recorded response of the Admin API. Without a limit, a server could fill the runner's memory. */
const MAX_BODY_BYTES = 8 * 2 ** 20;
/** Errors before a complete response. Each title is a heading of docs/troubleshooting.md. */
const NETWORK_FAILURES = {
    unreachable: {
        meaning: 'notExecuted',
        title: 'Could not connect to Atlas',
        remedy: "Check base-url, the runner's network, and its proxy variables (https_proxy, no_proxy).",
    },
    untrustedCertificate: {
        meaning: 'untrusted',
        title: 'Untrusted certificate',
        remedy: "Check base-url. If a proxy decrypts TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. If that file can't be read, the log starts with a warning. This action never turns off certificate verification.",
    },
    // The request might have been sent before.
    tlsFailed: {
        meaning: 'unknown',
        title: 'TLS connection failed',
        remedy: 'Check that the port in base-url uses TLS, and check the proxies between the runner and Atlas. Atlas requires no client certificate.',
    },
    // Of Atlas's responses, only the list of a sharded cluster can be so large, because it has no pages.
    responseTooLarge: {
        meaning: 'notAtlas',
        title: 'Response too large',
        remedy: 'Check base-url and the proxies between the runner and Atlas. If a list is too large, the cluster has more snapshots than this action can list. Then report this with the log.',
    },
};
/**
 * Converts an error from Node or from a proxy tunnel.
 *
 * @param isUntrusted whether the server's certificate is not trusted
 * @returns a RequestError, or the thrown value unchanged if it is a bug, such as the `TypeError` of an invalid header
 */
function toNetworkError(thrown, request, signal, isUntrusted = false) {
    const isAborted = signal.aborted && thrown === signal.reason;
    if (thrown instanceof RequestError || !(isAborted || isNetworkError(thrown)))
        return thrown;
    const cause = signal.aborted ? signal.reason : thrown;
    const why = errorMessage(cause);
    const fail = (failure, reason) => new RequestError(request, reason, failure, { cause });
    const { unreachable, untrustedCertificate, tlsFailed } = NETWORK_FAILURES;
    const { noValidResponse, proxyRefused } = FAILURES;
    if (signal.aborted)
        return fail(noValidResponse, why);
    if (isUntrusted) {
        // Newer versions of Node add a hint about a command-line option after a semicolon.
        const [reason] = why.split(';');
        return fail(untrustedCertificate, `the certificate is not trusted (${reason})`);
    }
    const [, status] = TUNNEL_REFUSED.exec(why) ?? [];
    if (status !== undefined)
        return fail(proxyRefused, `the proxy refuses the connection (HTTP ${status})`);
    if (TUNNEL_FAILED.test(why))
        return fail(unreachable, `the proxy connection failed (${why})`);
    if (failedBeforeSending(thrown))
        return fail(unreachable, `the connection failed (${why})`);
    if (TLS_CODE.test(nodeCode(thrown)))
        return fail(tlsFailed, `TLS failed (${OPENSSL_REASON.exec(why)?.[1] ?? why})`);
    return fail(noValidResponse, `the connection broke before the response was complete (${why})`);
}
function isNetworkError(thrown) {
    return isError(thrown) && NETWORK_ERROR_CLASSES.includes(thrown.constructor.name);
}
function nodeCode(error) {
    return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
function failedBeforeSending(error) {
    const inner = innerErrors(error);
    if (inner.length > 0)
        return inner.every(failedBeforeSending);
    return isError(error) && 'syscall' in error && BEFORE_SENDING.includes(error.syscall);
}
/** The error for a body above `MAX_BODY_BYTES`. */
function bodyTooLarge(request) {
    const reason = `the response has more than ${MAX_BODY_BYTES / 2 ** 20} MiB`;
    return new RequestError(request, reason, NETWORK_FAILURES.responseTooLarge);
}

;// CONCATENATED MODULE: ./build/src/atlas/node-http.js







/**
 * The toolkit's HTTP client provides only the agents, for proxies and keep-alive. It does not send the requests, because it
 * has no abort signal, follows redirects, and never settles if the connection breaks within a body.
 */
function createHttpSender(userAgent) {
    /** By origin, because a client reuses its direct agent for any protocol. */
    const clients = new Map();
    /** The agent of an origin, with the proxy from the environment if there is one. */
    const getAgent = ({ origin, href }) => {
        const client = clients.get(origin) ?? new lib/* HttpClient */.Qq(userAgent, [], { keepAlive: true });
        clients.set(origin, client);
        return client.getAgent(href);
    };
    return {
        send: async (request, signal) => {
            const { url, method } = request;
            const { request: open } = url.protocol === 'https:' ? external_node_https_namespaceObject_0 : external_node_http_namespaceObject_0;
            const headers = { 'user-agent': userAgent, ...request.headers };
            let outgoing;
            try {
                signal.throwIfAborted();
                outgoing = open({ ...(0,external_node_url_namespaceObject.urlToHttpOptions)(url), method, headers, agent: getAgent(url) });
                // With the header alone, Node closes it only if the server repeats the header, which RFC 9112 section 9.6 only recommends.
                if (headers['connection'] === 'close')
                    outgoing.shouldKeepAlive = false;
                // Node's `signal` option does not end the wait for a CONNECT without a response.
                return await rejectOnAbort(receive(outgoing, request), signal);
            }
            catch (error) {
                outgoing?.destroy();
                const socket = outgoing?.socket;
                const isUntrusted = socket instanceof external_node_tls_namespaceObject.TLSSocket && Boolean(socket.authorizationError);
                throw toNetworkError(error, request, signal, isUntrusted);
            }
        },
        close: () => {
            for (const client of clients.values())
                client.dispose();
        },
    };
}
async function receive(outgoing, request) {
    const message = await new Promise((resolve, reject) => {
        // Without this listener, an error after the response would end the process.
        outgoing.on('response', resolve).on('error', reject);
        // With a string, Node would encode the headers like the body, in UTF-8 instead of Latin-1.
        outgoing.end(request.body === undefined ? undefined : Buffer.from(request.body));
    });
    // `statusCode` is undefined only on a server.
    const { statusCode: status = 0, headersDistinct: headers } = message;
    return { status, headers, body: await readBody(message, request) };
}
/** Reads the whole body. Rejects if it is incomplete or too large. */
function readBody(message, request) {
    const chunks = [];
    let bytes = 0;
    return new Promise((resolve, reject) => {
        message.on('data', (chunk) => {
            bytes += chunk.length;
            if (bytes > MAX_BODY_BYTES)
                reject(bodyTooLarge(request));
            else
                chunks.push(chunk);
        });
        message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        message.on('error', reject);
    });
}

;// CONCATENATED MODULE: ./build/src/action/node-runtime.js



/** The version in package.json. `npm run release` sets both. */
const VERSION = '0.1.0';
/** The `User-Agent` of all requests. */
const USER_AGENT = `atlas-snapshot-action/${VERSION}`;
/** How runners cancel a step: SIGINT, then SIGTERM 7.5 s later. On Windows SIGINT, then SIGBREAK. */
const CANCEL_SIGNALS = process.platform === 'win32' ? ['SIGINT', 'SIGBREAK'] : ['SIGINT', 'SIGTERM'];
/** Starts to listen for cancellation. Changes to the runner's system time don't affect the clocks. */
function createNodeRuntime() {
    return {
        clock: {
            now: () => performance.now(),
            setTimeout: (ms, callback) => {
                const timer = setTimeout(callback, ms);
                return () => clearTimeout(timer);
            },
        },
        random: { fraction: () => Math.random(), hex: (bytes) => (0,external_node_crypto_namespaceObject.randomBytes)(bytes).toString('hex') },
        wallClock: () => performance.timeOrigin + performance.now(),
        sender: createHttpSender(USER_AGENT),
        cancellation: listenForCancellation(),
    };
}
/** Aborts `signal` with a `StopReason` when the runner cancels the step, until `release`. Then signals end the process again. */
function listenForCancellation() {
    const controller = new AbortController();
    const cancel = (signal) => controller.abort(new StopReason('cancellation', `Canceled (${signal})`));
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






const CREATED = 201;
/**
 * Sets a commit status through the API at `GITHUB_API_URL`. Sends one request on a connection of its own, without retries.
 * Redirects are not followed, because the request contains the token.
 *
 * @throws Error unless GitHub confirms it. Its message completes the sentence "Could not set the commit status: …".
 */
async function createCommitStatus(status, token, { send, signal }) {
    // Loaded only for steps with a token.
    const { getOctokit } = await __nccwpck_require__.e(/* import() */ 413).then(__nccwpck_require__.bind(__nccwpck_require__, 413));
    // With `Send`, proxies and certificates are the same as for Atlas. The client keeps the message of what this throws.
    const fetch = async (url, { headers, body }) => {
        const request = {
            purpose: 'set the commit status',
            method: 'POST',
            url: new URL(url),
            // The next request comes after the whole wait, when the connection might have been closed.
            headers: { ...headers, connection: 'close' },
            body,
        };
        const response = await send(request, signal).catch((error) => {
            const reason = error instanceof RequestError ? error.reason : errorMessage(error);
            throw new Error(`${reason}. Check the runner's network and its proxy variables (https_proxy, no_proxy).`);
        });
        if (response.status !== CREATED)
            throw new Error(describeRejection(response, status));
        // The client would log some other headers unsanitized.
        const type = header(response, 'content-type') ?? '';
        return new Response(response.body, { status: response.status, headers: { 'content-type': type } });
    };
    const { rest } = getOctokit(token, { userAgent: USER_AGENT, request: { fetch } });
    await rest.repos.createCommitStatus({ ...status });
}
function describeRejection(response, { owner, repo, sha }) {
    const { status } = response;
    const detail = status < 400 ? undefined : github_client_parseDetail(response);
    const rejection = formatErrorResponse({ status, errorCode: undefined, detail });
    const remedy = remedyFor(response, `${sha} exists in ${owner}/${repo}`);
    return `GitHub responded with ${rejection}. ${remedy}`.trim();
}
function remedyFor(response, commitExists) {
    const { status } = response;
    if (status < 400)
        return `Expected HTTP ${CREATED}. Check GITHUB_API_URL.`;
    // GitHub also uses 403 for rate limits.
    const hasLimit = header(response, 'retry-after') ?? header(response, 'x-ratelimit-remaining') === '0';
    if (status === 429 || (status === 403 && hasLimit))
        return 'The token has reached its rate limit.';
    if (status === 401)
        return "Check the github-token input. For the job's token, use the expression github.token.";
    if (status === 403 || status === 404)
        return "Add `statuses: write` to the job's permissions. Fork and Dependabot runs only get a read-only token.";
    return status === 422 ? `Check that commit ${commitExists}.` : '';
}
/** GitHub's message, `undefined` if the body is not from GitHub, for example a proxy's page. */
function github_client_parseDetail({ body }) {
    const { message, errors } = parseJsonObject(body) ?? {};
    const more = Array.isArray(errors)
        ? errors.map((error) => (isJsonObject(error) ? asString(error['message']) : asString(error)))
        : [];
    return [asString(message), ...more].filter(Boolean).join('; ') || undefined;
}

;// CONCATENATED MODULE: ./build/src/action/commit-status.js







/** GitHub rejects longer descriptions. */
const MAX_DESCRIPTION_LENGTH = 140;
/** How long the end of a step waits for the response to `pending`. */
const PENDING_GRACE_MS = 2_000;
/**
 * Sets the status `atlas-snapshot/PROJECT_ID/CLUSTER` of the deployed commit to `pending`, so no earlier result remains,
 * without waiting for the response.
 *
 * @returns a function that sets the result, after that response or a short wait for it. Never rejects.
 */
function startCommitStatus(target, dependencies) {
    const end = new AbortController();
    const pending = setCommitStatus({ step: 'running' }, target, dependencies, end.signal);
    return async (result, signal) => {
        const tooLate = new Error('no complete response in time');
        const cancel = dependencies.clock.setTimeout(PENDING_GRACE_MS, () => end.abort(tooLate));
        await pending.finally(cancel);
        await setCommitStatus(result, target, dependencies, signal);
    };
}
/** Sets the commit status. Logs an error as a warning, because it doesn't affect the snapshot. Never rejects. */
async function setCommitStatus(stepState, { cluster, githubToken }, { send, logger }, signal) {
    const set = async () => {
        const { context } = await __nccwpck_require__.e(/* import() */ 413).then(__nccwpck_require__.bind(__nccwpck_require__, 413));
        const status = toCommitStatus(stepState, cluster, context);
        await createCommitStatus(status, githubToken, { send, signal });
        return status;
    };
    try {
        // The client can't be aborted while it loads, and it wraps the abort reason.
        const { context: name, sha, state } = await rejectOnAbort(set(), signal);
        logger.info(`Set the commit status ${name} of ${sha} to ${state}.`);
    }
    catch (error) {
        const reason = errorMessage(error).replaceAll(githubToken, '***').replace(/\.$/, '');
        const message = `Could not set the commit status: ${reason}.`;
        // The result still follows.
        if (stepState.step === 'running')
            logger.info(message);
        else
            logger.warning(`${message} This fails no step.`);
    }
}
/** @throws Error if the repository is unknown */
function toCommitStatus(stepState, { groupId, clusterName }, run) {
    const { owner, repo } = run.repo;
    return {
        ...run.repo,
        sha: deployedCommit(run),
        state: toState(stepState),
        context: `atlas-snapshot/${groupId}/${clusterName}`,
        description: truncateMiddle(sanitizeLine(toDescription(stepState)), MAX_DESCRIPTION_LENGTH),
        // The page of this attempt, because a re-run keeps the run ID.
        target_url: `${run.serverUrl}/${owner}/${repo}/actions/runs/${run.runId}/attempts/${run.runAttempt}`,
    };
}
function toState({ step, snapshot }) {
    if (step === 'canceled')
        return 'error';
    if (step === 'failed')
        return 'failure';
    return step === 'succeeded' && snapshot !== undefined && isCompleted(snapshot) ? 'success' : 'pending';
}
function toDescription({ step, snapshot, errorTitle = '' }) {
    if (step === 'running')
        return 'Waiting for the result of the snapshot step';
    if (snapshot === undefined)
        return errorTitle;
    const { id, createdAt } = snapshot;
    const status = `status: ${snapshot.status}`;
    if (step !== 'succeeded')
        return `${errorTitle} (snapshot ${id}, ${status})`;
    if (!isCompleted(snapshot))
        return `Snapshot ${id} is not completed yet (${status})`;
    return `Snapshot ${id} completed${createdAt === undefined ? '' : `. Restore point: ${createdAt}`}`;
}
/**
 * The commit that a run deploys. For some events, `GITHUB_SHA` is another one: for pull requests the merge commit or the
 * base, for workflow runs and checks the newest commit of the default branch.
 */
function deployedCommit(run) {
    return asString(valueAt(run.payload, toCommitPath(run))) ?? run.sha;
}
function toCommitPath({ eventName, payload }) {
    if (eventName.startsWith('deployment'))
        return ['deployment', 'sha'];
    // Of the other payloads, only those of workflow_run, check_run, and check_suite contain another commit than GITHUB_SHA.
    if (!eventName.startsWith('pull_request'))
        return [eventName, 'head_sha'];
    // After a squash or rebase, no deployed branch contains the head.
    const isMerged = valueAt(payload, ['pull_request', 'merged']) === true;
    return ['pull_request', ...(isMerged ? ['merge_commit_sha'] : ['head', 'sha'])];
}
function valueAt(value, path) {
    return path.reduce((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);
}

;// CONCATENATED MODULE: ./build/src/action/input-formats.js
/**
 * The client secret of a service account, or a token of GitHub, which can contain a JWT. It is a secret in any text. A period
 * at its end belongs to the text.
 */
const SECRET = /(?<![a-z0-9])(mdb_sa_sk_|gh[oprsu]_|github_pat_)[\w.-]*[\w-]/i;
/** The private key of an API key, which is a UUID, in a text. */
const PRIVATE_KEY = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const OBJECT_ID = /^[0-9a-f]{24}$/i;
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;
const TOKEN = /^[\x21-\x7e]+$/;
const INTEGER = /^\d+$/;
const DECIMAL = /^(\d+(\.\d*)?|\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i;
/** A MongoDB ObjectId, in lowercase like in API responses. */
const objectId = {
    expected: '24 hexadecimal digits',
    parse: (text) => (OBJECT_ID.test(text) ? text.toLowerCase() : undefined),
};
const input_formats_clusterName = {
    expected: '1 to 64 letters, digits, or hyphens, starting with a letter or digit',
    parse: (text) => (CLUSTER_NAME.test(text) && text.replace(PRIVATE_KEY, '') !== '' ? text : undefined),
};
/** A secret for a header. */
const token = {
    expected: 'one line of ASCII characters without spaces',
    parse: (text) => (TOKEN.test(text) ? text : undefined),
};
/** YAML 1.2 core schema, section 10.3.2. */
const input_formats_boolean = {
    expected: 'true or false',
    parse: (text) => {
        if (['true', 'True', 'TRUE'].includes(text))
            return true;
        return ['false', 'False', 'FALSE'].includes(text) ? false : undefined;
    },
};
const positiveInteger = {
    expected: 'a whole number, 1 or greater',
    parse: (text) => {
        const value = Number(text);
        return INTEGER.test(text) && value >= 1 && Number.isSafeInteger(value) ? value : undefined;
    },
};
/** A decimal number of this unit, greater than 0, at least `min`, and at most `max`. Parsed to milliseconds. */
function duration(unitMs, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
    const limit = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`;
    return {
        expected: min === 0 ? `a number greater than 0${limit}` : `a number from ${min} to ${max}`,
        parse: (text) => {
            const value = Number(text);
            const isValid = DECIMAL.test(text) && value > 0 && value >= min && value <= max;
            return isValid ? value * unitMs : undefined;
        },
    };
}
function oneOf(...choices) {
    return {
        expected: choices.join(' or '),
        parse: (text) => choices.find((choice) => choice === text),
    };
}
/** An `https:` origin, or an `http:` origin on this machine. */
const baseUrl = {
    expected: 'an origin such as https://cloud.mongodb.com (http: only for loopback addresses)',
    parse: (text) => {
        if (!ORIGIN.test(text) || !URL.canParse(text))
            return undefined;
        const { protocol, hostname, origin } = new URL(text);
        return protocol === 'https:' || LOOPBACK_HOST.test(hostname) ? origin : undefined;
    },
};

;// CONCATENATED MODULE: ./build/src/action/input-reader.js

/** The title of every problem, a heading of docs/troubleshooting.md. */
const INVALID_INPUT = 'Invalid input';
/** Longer values might be misplaced secrets, and masks don't hide part of a secret. */
const MAX_QUOTE_LENGTH = 100;
/** Parses inputs and collects all problems to report them together. The value of an invalid input is `undefined`. */
class InputReader {
    #get;
    problems = [];
    constructor(get) {
        this.#get = get;
    }
    /** Reads an input that must not be empty. An empty value, for example from an unset variable, must not disable the gate. */
    required(name, format, hint = 'Set a value, or remove the input to use its default.') {
        if (this.#get(name) !== '')
            return this.#read(name, format, input_reader_quote);
        this.addProblem(name, `${name} is empty. ${hint}`);
        return undefined;
    }
    /** Reads an input that can be empty. The result is then also `undefined`. */
    optional(name, format) {
        return this.#get(name) === '' ? undefined : this.#read(name, format, input_reader_quote);
    }
    /** Reads an optional secret. No message contains its value. */
    secret(name, format) {
        return this.#get(name) === '' ? undefined : this.#read(name, format, () => '');
    }
    addProblem(names, message) {
        this.problems.push({ names, message });
    }
    /** @param describe returns what the message says about an invalid value */
    #read(name, { expected, parse }, describe) {
        const text = this.#get(name);
        const value = parse(text);
        if (value === undefined)
            this.addProblem(name, `${name} must be ${expected}${describe(text)}.`);
        return value;
    }
}
/** Shows the value without what is before an @, such as a URL's user and password, or only the length of a long value. Never shows a secret. */
function input_reader_quote(text) {
    if (SECRET.test(text) || PRIVATE_KEY.test(text))
        return ', but seems to contain a secret';
    const value = text.replace(/^.*@/s, '***@');
    return `, but is ${value.length > MAX_QUOTE_LENGTH ? `${value.length} characters long` : JSON.stringify(value)}`;
}

;// CONCATENATED MODULE: ./build/src/action/credential-inputs.js


/** Each kind of credentials: a public half, which is logged, and a secret half. */
const CREDENTIALS = [
    {
        kind: 'apiKey',
        inputs: ['public-key', 'private-key'],
        variables: ['MONGODB_ATLAS_PUBLIC_API_KEY', 'MONGODB_ATLAS_PRIVATE_API_KEY'],
        secretName: 'private key',
        secretFormat: PRIVATE_KEY,
    },
    {
        kind: 'serviceAccount',
        inputs: ['client-id', 'client-secret'],
        // All four variables are the same as for the Atlas CLI.
        variables: ['MONGODB_ATLAS_CLIENT_ID', 'MONGODB_ATLAS_CLIENT_SECRET'],
        secretName: 'client secret',
        secretFormat: /^mdb_sa_sk_/i,
    },
];
/** The most common reason why secrets are missing. */
const NO_SECRETS = "Fork and Dependabot runs don't receive Actions secrets.";
const NO_CREDENTIALS = `No credentials. Set client-id and client-secret (service account), or public-key and private-key (API key). If you did, check the secret names and the job's environment. ${NO_SECRETS}`;
const NO_MD5 = "This runner's Node.js does not allow MD5 (FIPS), which Atlas requires for API keys. Use a service account instead (client-id and client-secret).";
const ONE_PLACE = 'Set both as inputs or both as environment variables.';
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
/** The pair of each kind in the inputs and in the environment. Any value can be empty. */
function readPairs(get) {
    const getVariable = (name) => process.env[name]?.trim() ?? '';
    return {
        inputs: CREDENTIALS.map(({ kind, inputs }) => readPair(kind, inputs, get)),
        variables: CREDENTIALS.map(({ kind, variables }) => readPair(kind, variables, getVariable)),
    };
}
function readPair(kind, names, get) {
    const read = (name) => ({ name, value: get(name) });
    return { kind, halves: [read(names[0]), read(names[1])] };
}
/** Reads one complete pair from one place. If any credentials input is set, the environment is ignored. */
function readCredentials(get, reader) {
    const { inputs, variables } = readPairs(get);
    const found = findPair(inputs.some(isGiven) ? inputs : variables);
    if ('message' in found) {
        reader.addProblem(found.names, found.message);
        return undefined;
    }
    const { kind, halves } = found;
    const [{ value: id }, { value: secret }] = halves;
    return kind === 'apiKey'
        ? { kind, publicKey: id, privateKey: secret }
        : { kind, clientId: id, clientSecret: secret };
}
/** The only pair in one place, or why there is no valid one. */
function findPair(place) {
    const problem = (names, message) => ({ names, message });
    const [pair, other] = place.filter(isGiven);
    if (pair === undefined)
        return problem('credentials', NO_CREDENTIALS);
    const names = joinNames(place.flatMap(({ halves }) => halves).filter(isSet));
    const twoKinds = `Two kinds of credentials are set (${names}). Set either a service account or an API key.`;
    if (other !== undefined)
        return problem(names, twoKinds);
    const [{ name, value }, secretHalf] = pair.halves;
    const missing = pair.halves.find((half) => !isSet(half));
    if (missing !== undefined) {
        const hint = missing === secretHalf ? ` ${NO_SECRETS}` : '';
        return problem(missing.name, `${names} is set, but ${missing.name} is empty. ${ONE_PLACE}${hint}`);
    }
    const broken = joinNames(pair.halves.filter((half) => CONTROL_CHARACTER.test(half.value)));
    if (broken !== '')
        return problem(broken, `${broken} must be one line without control characters.`);
    const secret = CREDENTIALS.find(({ secretFormat }) => secretFormat.test(value));
    if (secret !== undefined) {
        const home = place.find(({ kind }) => kind === secret.kind)?.halves[1].name;
        return problem(name, `${name} seems to contain a ${secret.secretName}, which belongs in ${home}.`);
    }
    if (pair.kind === 'apiKey' && !hasMd5())
        return problem(names, NO_MD5);
    // RFC 7617 section 2: the secret starts after the first colon.
    const hasColon = pair.kind === 'serviceAccount' && value.includes(':');
    return hasColon ? problem(name, `${name} must not contain a colon.`) : pair;
}
function isGiven({ halves }) {
    return halves.some(isSet);
}
function isSet({ value }) {
    return value !== '';
}
function joinNames(fields) {
    return fields.map(({ name }) => name).join(', ');
}

// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/proxy.js
var proxy = __nccwpck_require__(783);
;// CONCATENATED MODULE: ./build/src/action/environment.js

/** In the order in which the toolkit reads them. */
const HTTPS_PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY'];
const ALL_PROXY_VARIABLES = ['all_proxy', 'ALL_PROXY'];
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';
/** The addresses of Atlas and, with `github-token`, of GitHub. The input's own parser reports an invalid one. */
function listTargets(get) {
    const gitHub = get('github-token') === '' ? [] : [process.env['GITHUB_API_URL'] || 'https://api.github.com'];
    return [get('base-url'), ...gitHub].filter((text) => URL.canParse(text)).map((text) => new URL(text));
}
/** The proxy that the toolkit would use, `undefined` if there is none or its URL is invalid. */
function findProxy(target) {
    try {
        return (0,proxy/* getProxyUrl */.s)(target);
    }
    catch {
        return undefined;
    }
}
/** Reports variables that would make requests insecure or bypass a proxy. */
function checkNetwork(get, reader) {
    const targets = listTargets(get).filter(({ protocol }) => protocol === 'https:');
    const proxied = targets.find((target) => !(0,proxy/* checkBypass */.H)(target));
    if (proxied !== undefined)
        checkProxy(proxied, reader);
    if (process.env[TLS_VARIABLE] === '0' && targets.length > 0)
        reader.addProblem(TLS_VARIABLE, `${TLS_VARIABLE} is 0, which turns off certificate verification and can expose the credentials. In the env of this step, set ${TLS_VARIABLE}: '1'. If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority.`);
}
/** Reports inputs that action.yml does not declare, in capitals as the runner passes them. A misspelled `wait` would not wait. */
function checkUndeclaredInputs(declared, reader) {
    for (const variable of Object.keys(process.env)) {
        const input = /^INPUT_([^a-z]*)$/.exec(variable)?.[1]?.toLowerCase();
        if (input === undefined || declared.has(input))
            continue;
        reader.addProblem(variable, `${variable} is set, but this action has no input ${input}. Check the name in the list of inputs in README.md. If the env of the workflow, job, or step, $GITHUB_ENV, the runner, or its container sets this variable, rename it there.`);
    }
}
function checkProxy(target, reader) {
    const findSet = (names) => names.find((name) => (process.env[name] ?? '') !== '');
    const variable = findSet(HTTPS_PROXY_VARIABLES);
    const ignored = findSet(ALL_PROXY_VARIABLES);
    const proxy = findProxy(target);
    // `proxy.example:3128` is also a URL, with the scheme `proxy.example:` and no host.
    const isUsable = proxy?.protocol === 'http:' && /^[^[]/.test(proxy.hostname);
    if (variable !== undefined && !isUsable)
        reader.addProblem(variable, `${variable} must be the URL of an HTTP proxy, for example http://proxy.example:3128, with user and password percent-encoded. Proxies that require TLS or have a literal IPv6 address are not supported. The value is not shown because it might contain a password.`);
    if (variable === undefined && ignored !== undefined)
        reader.addProblem(ignored, `${ignored} is set, but the action reads only https_proxy. Set https_proxy to the URL of an HTTP proxy, for example http://proxy.example:3128. To connect without a proxy, add ${target.hostname} to no_proxy.`);
}

;// CONCATENATED MODULE: ./build/src/action/inputs.js





const MS_PER_MINUTE = 60_000;
const TIMEOUT_MINUTES = { max: 7_200 };
const POLL_SECONDS = { min: 0.1, max: 60 };
const NO_DEFAULT = "This input is required. If the value comes from vars or secrets, check the name and the job's environment.";
/** Parses all inputs by the rules of action.yml. */
function parseInputs(getInput) {
    const declared = new Set();
    const get = (name) => {
        declared.add(name);
        return getInput(name);
    };
    const reader = new InputReader(get);
    const cluster = {
        groupId: reader.required('group-id', objectId, NO_DEFAULT),
        clusterName: reader.required('cluster-name', input_formats_clusterName, NO_DEFAULT),
        baseUrl: reader.required('base-url', baseUrl),
        apiVersion: reader.required('api-version', oneOf('2023-01-01', 'v1.0')),
    };
    const description = get('description') || defaultDescription();
    const required = {
        retentionInDays: reader.required('retention-days', positiveInteger),
        credentials: readCredentials(get, reader),
        // With `wait: ${{ vars.UNSET }}`, removing the input would open the gate, because its default is `false`.
        wait: reader.required('wait', input_formats_boolean, 'Set wait: true.'),
        timeoutMs: reader.required('timeout-minutes', duration(MS_PER_MINUTE, TIMEOUT_MINUTES)),
        onConflict: reader.required('on-conflict', oneOf('wait', 'fail')),
        dryRun: reader.required('dry-run', input_formats_boolean),
        jobSummary: reader.required('job-summary', input_formats_boolean),
    };
    const snapshotId = reader.optional('snapshot-id', objectId);
    const reuseWithinMs = reader.optional('reuse-within-minutes', duration(MS_PER_MINUTE));
    const pollIntervalMs = reader.optional('poll-interval-seconds', duration(1000, POLL_SECONDS));
    const githubToken = reader.secret('github-token', token);
    checkNetwork(get, reader);
    if (get('snapshot-id') !== '' && get('reuse-within-minutes') !== '')
        reader.addProblem('snapshot-id, reuse-within-minutes', 'Set either snapshot-id or reuse-within-minutes, not both.');
    // The last check, because an input is declared by its read.
    checkUndeclaredInputs(declared, reader);
    if (reader.problems.length > 0 || !isComplete(cluster) || !isComplete(required))
        return { problems: reader.problems };
    const { retentionInDays, credentials, dryRun, jobSummary, ...others } = required;
    const options = {
        cluster,
        credentialName: describeCredentials(credentials),
        request: { description, retentionInDays },
        ...others,
        snapshotId,
        reuseWithinMs,
        pollIntervalMs,
    };
    return { inputs: { options, credentials, dryRun, jobSummary, githubToken } };
}
/** Whether every property has a value. */
function isComplete(values) {
    return !Object.values(values).includes(undefined);
}
/**
 * Where a step with other invalid inputs reports its failure. `undefined` for a dry run, without a valid token, project,
 * or cluster, and if the request would be insecure or bypass a proxy.
 */
function findStatusTarget(get) {
    const reader = new InputReader(get);
    checkNetwork(get, reader);
    const githubToken = reader.secret('github-token', token);
    const groupId = reader.required('group-id', objectId);
    const clusterName = reader.required('cluster-name', input_formats_clusterName);
    if (reader.problems.length > 0 || input_formats_boolean.parse(get('dry-run')) === true)
        return undefined;
    if (githubToken === undefined || groupId === undefined || clusterName === undefined)
        return undefined;
    return { cluster: { groupId, clusterName }, githubToken };
}
/** `ORG/REPOSITORY@SHA7 WORKFLOW run RUN_ID.ATTEMPT`, which identifies the run in Atlas. */
function defaultDescription() {
    const { GITHUB_REPOSITORY: repository = '', GITHUB_SHA: sha = '', GITHUB_WORKFLOW: workflow = '', } = process.env;
    const run = [process.env['GITHUB_RUN_ID'], process.env['GITHUB_RUN_ATTEMPT']].filter(Boolean).join('.');
    const commit = sha && `@${sha.slice(0, 7)}`;
    const parts = [`${repository}${commit}`, workflow, run && `run ${run}`].filter(Boolean);
    return parts.join(' ') || 'Snapshot for MongoDB Atlas';
}

;// CONCATENATED MODULE: ./build/src/action/masks.js




/**
 * Masks all secrets of the inputs and the environment. Must run before anything is logged. The runner also masks the JSON,
 * XML, URI, and Base64 forms of each.
 */
function maskSecrets(get) {
    for (const secret of collectSecrets(get))
        core_setSecret(secret);
}
/**
 * Includes secrets in the wrong input, such as a client secret in `client-id` or `group-id`. Of a text that contains one, only
 * the secret is masked, because the runner masks each line and drops outputs that contain one.
 */
function collectSecrets(get) {
    const { inputs, variables } = readPairs(get);
    const credentials = [...inputs, ...variables].flatMap(({ halves: [{ value }, secretHalf] }) => [
        secretHalf.value,
        ...findPrivateKeys(value),
    ]);
    const name = get('cluster-name');
    const misplaced = input_formats_clusterName.parse(name) === undefined ? findPrivateKeys(name) : [];
    // The inputs are in the environment, too.
    const others = Object.values(process.env).flatMap((value = '') => value.match(new RegExp(SECRET, 'gi')) ?? []);
    const secrets = [...credentials, ...misplaced, get('github-token'), ...others, ...proxySecrets(get)];
    return [...new Set(secrets.map((text = '') => text.trim()))].filter((secret) => secret !== '');
}
/** Only where they are misplaced, because a UUID is no secret in other texts, such as a description. */
function findPrivateKeys(text) {
    return text.match(new RegExp(PRIVATE_KEY, 'gi')) ?? [];
}
/** The password of each proxy that the step uses, and the value of the header that contains it (RFC 7617). */
function proxySecrets(get) {
    return listTargets(get).flatMap((target) => {
        const { username = '', password = '' } = findProxy(target) ?? {};
        return password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')];
    });
}

;// CONCATENATED MODULE: ./build/src/action/outputs.js






/** Its title is a heading of docs/troubleshooting.md. */
const OUTPUTS_NOT_WRITTEN = {
    title: 'Could not write outputs',
    remedy: "Check the runner's disk and the file in GITHUB_OUTPUT.",
};
/** Every output of action.yml by its name, with the value from Atlas. Unknown values are empty. */
function toOutputs(cluster, { snapshot, created }) {
    return {
        'snapshot-id': snapshot?.id ?? '',
        status: snapshot?.status ?? '',
        created: created === undefined ? '' : String(created),
        'created-at': snapshot?.createdAt ?? '',
        'expires-at': snapshot?.expiresAt ?? '',
        url: backupPage(cluster),
        snapshot: snapshot === undefined ? '' : toJson(snapshot),
    };
}
/** Writes each output as soon as it is known, so the snapshot ID is set even if the step is killed. */
class OutputRecorder {
    #cluster;
    /** Values already written. */
    #written = new Map();
    #result = {};
    constructor(cluster) {
        this.#cluster = cluster;
    }
    get result() {
        return this.#result;
    }
    /**
     * Stores what is known, and writes the outputs that changed.
     *
     * @throws ActionError if writing fails, because later steps need the outputs
     */
    record(result) {
        this.#result = result;
        const outputs = Object.entries(toOutputs(this.#cluster, result));
        try {
            for (const [name, value] of outputs) {
                if (this.#written.get(name) === value)
                    continue;
                setOutput(name, value);
                this.#written.set(name, value);
            }
        }
        catch (error) {
            // The core adds what exists once it has started.
            const state = result.snapshot === undefined ? NOTHING_CREATED : '';
            const message = joinSentences(`${errorMessage(error)}.`, state);
            throw new ActionError(message, OUTPUTS_NOT_WRITTEN, { cause: error });
        }
    }
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
;// CONCATENATED MODULE: ./build/src/action/chart.js

/** Shorter bars don't count when deciding whether a chart is worthwhile. */
const MIN_VISIBLE_MS = 100;
/** A bar with a smaller share of the whole would be invisible. */
const MIN_BAR_FRACTION = 0.01;
/** A longer name doesn't fit on either side of its bar. */
const MAX_NAME_LENGTH = 40;
/** The lines of more ticks would hide the names in the chart. */
const MAX_TICKS = 6;
/** Mermaid's units, and how many of each can be between two ticks. */
const chart_UNITS = [
    ['second', 1_000, [1, 2, 5, 10, 30]],
    ['minute', 60_000, [1, 2, 5, 10, 30]],
    ['hour', 3_600_000, [1, 2, 4, 12]],
];
const RESTORE_POINT = 'restore point';
const STATUS_NAMES = new Map(Object.entries({ queued: 'queued', inProgress: 'in progress' }));
const MILESTONES = new Map([
    [RESTORE_POINT, `${RESTORE_POINT} :milestone`],
    ['completed', 'completed :milestone'],
    // Mermaid draws a name as short as `failed` over its mark at the right edge.
    ['failed', 'snapshot failed :crit, milestone'],
]);
/**
 * The bars of a step as a Mermaid gantt chart, `undefined` if fewer than two took time.
 *
 * @param bars in the order in which they began
 * @param endedAt the end of the step, in milliseconds since 1970
 * @param restorePoint ISO 8601, by Atlas's clock. It is shown if it is within the step by the runner's clock.
 */
function renderChart(bars, endedAt, restorePoint = '') {
    const spans = bars.map((bar, at) => ({ ...bar, to: bars[at + 1]?.from ?? endedAt }));
    const [first, second] = spans.filter(({ from, to }) => to - from >= MIN_VISIBLE_MS);
    if (first === undefined || second === undefined)
        return undefined;
    const durationMs = endedAt - first.from;
    const at = Date.parse(restorePoint);
    const mark = at >= first.from && at <= endedAt ? [{ label: RESTORE_POINT, from: at, to: at }] : [];
    const inAtlas = [...spans.slice(1), ...mark].toSorted((a, b) => a.from - b.from);
    const sections = [
        'section This step',
        ...spans.slice(0, 1).map((span) => renderBar(span, durationMs)),
        'section In Atlas',
        ...inAtlas.map((span) => renderStatus(span, durationMs)),
    ];
    const header = ['title Times in UTC', 'dateFormat YYYY-MM-DD HH:mm:ss.SSS', 'todayMarker off'];
    return ['gantt', ...header, ...renderTimeAxis(durationMs), ...sections].join('\n  ');
}
function renderTimeAxis(durationMs) {
    const ticks = chart_UNITS.flatMap(([unit, ms, counts]) => counts.map((count) => ({ ms: count * ms, name: `${count}${unit}` })));
    const tick = ticks.find(({ ms }) => durationMs / ms <= MAX_TICKS) ?? { ms: DAY_MS, name: '1day' };
    const clock = tick.ms < 60_000 ? '%H:%M:%S' : '%H:%M';
    return [`axisFormat ${durationMs < DAY_MS ? clock : `%b %d ${clock}`}`, `tickInterval ${tick.name}`];
}
function renderStatus(span, chartMs) {
    const { label, from } = span;
    const milestone = MILESTONES.get(label);
    if (milestone !== undefined)
        return `${milestone}, ${instant(from)}, 0ms`;
    // An unknown status has a prefix, because it could be a keyword of Mermaid, such as `section`.
    return renderBar({ ...span, label: STATUS_NAMES.get(label) ?? `status ${label}` }, chartMs);
}
function renderBar({ label, from, to }, chartMs) {
    // A status is text from Atlas, so it loses all characters with a meaning in Mermaid.
    const plain = label.replace(/[^a-zA-Z0-9().-]+/g, ' ').slice(0, MAX_NAME_LENGTH);
    return `${plain.trim()} :${instant(from)}, ${instant(Math.max(to, from + chartMs * MIN_BAR_FRACTION))}`;
}
/** `2026-11-25 15:47:55.000`, in UTC. */
function instant(ms) {
    return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

;// CONCATENATED MODULE: ./build/src/action/html.js

const URL_IN_TEXT = /(https?:\/\/[^\s"<>]*[^\s"<>.,;:)])/g;
/** Untrusted text as one line of HTML without markup. */
function escapeHtml(text) {
    return escapeLine(sanitizeLine(text));
}
/** Text as HTML with its URLs as links. */
function linkify(text) {
    // The pieces with odd indexes are the URLs.
    const pieces = sanitizeLine(text).split(URL_IN_TEXT);
    return pieces.map((piece, index) => (index % 2 === 1 ? html_link(piece, piece) : escapeLine(piece))).join('');
}
function html_link(url, text) {
    return `<a href="${escapeHtml(url)}">${escapeHtml(text)}</a>`;
}
/** Escapes text that is already one line. */
function escapeLine(line) {
    return line
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;');
}

;// CONCATENATED MODULE: ./build/src/action/summary.js










const RESTORE_PAGE = 'https://www.mongodb.com/docs/atlas/backup/cloud-backup/restore-from-snapshot/';
/** A placeholder, because restoring to the snapshot's own cluster replaces its data. */
const TARGET = 'TARGET_CLUSTER';
/** Write errors are logged as warnings, because they don't affect the snapshot. */
function writeSummary(text, logger) {
    const file = process.env['GITHUB_STEP_SUMMARY'];
    if (!file)
        return;
    try {
        (0,external_node_fs_namespaceObject.appendFileSync)(file, `${text}\n`);
    }
    catch (error) {
        logger.warning(`Could not write the job summary: ${errorMessage(error)}.`);
    }
}
/**
 * The summary in Markdown. Untrusted text is escaped in HTML without blank lines, where Markdown has no meaning. Code
 * blocks contain only validated IDs and names, and the chart.
 *
 * @param runbookUrl the address of docs/runbook.md, `undefined` without a known repository
 */
function renderSummary(facts, runbookUrl) {
    const { cluster, error, dryRunResult, result } = facts;
    const lines = [`<h3>${escapeHtml(renderHeadline(facts))}</h3>`];
    if (error !== undefined)
        lines.push(`<p><strong>What to do:</strong> ${linkify(error.help.remedy)}</p>`, `<p><strong>What happened:</strong> ${escapeHtml(error.message)}</p>`);
    if (dryRunResult !== undefined)
        lines.push(`<p>${NOTHING_CREATED} Without <code>dry-run</code>, this step would ${escapeHtml(dryRunResult.plan)}.</p>`, ...(dryRunResult.unverified === '' ? [] : [`<p>${escapeHtml(dryRunResult.unverified)}</p>`]));
    lines.push(renderTable(facts), `<p>${html_link(backupPage(cluster), 'Backup page of this cluster in Atlas')}</p>`);
    const chart = renderChart(facts.bars, facts.endedAt, result.snapshot?.createdAt);
    const fences = chart === undefined ? [] : [fenced('mermaid', chart)];
    return [lines.join('\n'), ...fences, ...renderRestore(facts, runbookUrl)].join('\n\n');
}
/** The summary of a step with invalid inputs, which ends with `help`. */
function renderInputErrors(problems, help) {
    const items = problems.map(({ message }) => `<li>${escapeHtml(message)}</li>`);
    return [
        `<h3>❌ ${INVALID_INPUT}: no snapshot was created</h3>`,
        `<ul>${items.join('')}</ul>`,
        `<p>${linkify(`No request was sent to Atlas. ${help}`)}</p>`,
    ].join('\n');
}
function renderHeadline({ cluster, result: { snapshot, created }, error, dryRun }) {
    const name = cluster.clusterName;
    const isReady = snapshot !== undefined && isCompleted(snapshot);
    if (dryRun && error === undefined)
        return `✅ Dry run for ${name} passed`;
    if (error !== undefined) {
        const failed = isReady
            ? `snapshot of ${name} completed, but the step failed`
            : `no usable snapshot of ${name}`;
        return `❌ ${error.help.title}: ${dryRun ? `dry run for ${name} failed` : failed}`;
    }
    if (!isReady)
        return `⏳ Snapshot of ${name} not completed yet`;
    return `✅ ${created ? 'Snapshot' : 'Existing snapshot'} of ${name} completed`;
}
function renderTable(facts) {
    const { cluster, startedAt, endedAt, result } = facts;
    const { snapshot, created } = result;
    const { storageSizeBytes = 0 } = snapshot ?? {};
    const rows = [
        renderRow('Project', code(cluster.groupId)),
        renderRow('Cluster', code(cluster.clusterName)),
        renderRow('Snapshot', code(snapshot?.id)),
        renderRow('Status', code(snapshot?.status)),
        renderRow('Restore point', renderRestorePoint(result)),
        renderRow('Expires', snapshot?.status === 'failed' ? '' : code(snapshot?.expiresAt)),
        renderRow('Size', storageSizeBytes === 0 ? '' : formatBytes(storageSizeBytes)),
        renderRow('Created by this step', created === undefined ? '' : created ? 'yes' : 'no'),
        renderRow('Description', code(snapshot?.description)),
        renderRow('Duration', formatDuration(endedAt - startedAt)),
    ];
    return `<table>${rows.join('')}</table>`;
}
/** Empty without a value. */
function renderRow(name, cell) {
    return cell === '' ? '' : `<tr><th align="left">${name}</th><td>${cell}</td></tr>`;
}
/** The restore point and, if the step did not create the snapshot, its age when Atlas sent it. */
function renderRestorePoint({ snapshot, created }) {
    if (snapshot === undefined)
        return '';
    const instant = code(snapshot.createdAt);
    if (instant === '')
        return isFinished(snapshot) ? '' : 'available after completion';
    const ageMs = restorePointAge(snapshot);
    if (created !== false || ageMs === undefined)
        return instant;
    return `${instant}, ${ageMs > DAY_MS ? '⚠️ ' : ''}${formatDuration(ageMs)} old`;
}
/** A value in code font. Empty if nothing is visible. */
function code(value = '') {
    const escaped = escapeHtml(value);
    return escaped === '' ? '' : `<code>${escaped}</code>`;
}
/** What to do after a bad deployment. Empty unless the step succeeded, and its snapshot is completed. */
function renderRestore({ cluster, dryRun, error, result: { snapshot } }, runbookUrl) {
    if (dryRun || error !== undefined || snapshot === undefined || !isCompleted(snapshot))
        return [];
    const { groupId, clusterName } = cluster;
    const runbook = runbookUrl === undefined ? 'runbook' : html_link(runbookUrl, 'runbook');
    const page = html_link(RESTORE_PAGE, 'Restore from a Scheduled or On-Demand Snapshot');
    const command = [
        'atlas backups restores start automated',
        `--projectId ${groupId}`,
        `--clusterName ${clusterName}`,
        `--snapshotId ${snapshot.id}`,
        `--targetProjectId ${groupId}`,
        `--targetClusterName ${TARGET}`,
    ];
    return [
        [
            '<h4>If your deployment fails, or data is damaged</h4>',
            `<p>First follow the ${runbook} of this action, and re-run nothing before. Often a new commit or a few collections suffice, and the right snapshot can be that of an earlier attempt or run.</p>`,
            '<h4>Restore this snapshot</h4>',
            `<p><strong>Restoring replaces all data in the cluster.</strong> Writes after the restore point are lost. See ${page} in the Atlas documentation. In this command of the Atlas CLI, replace <code>${TARGET}</code> with the cluster to restore to.</p>`,
        ].join('\n'),
        fenced('sh', command.join(' \\\n  ')),
    ];
}
function fenced(language, code) {
    return `\`\`\`${language}\n${code}\n\`\`\``;
}

;// CONCATENATED MODULE: ./build/src/action/main.js



















/** The limit of everything after the outputs, because 7.5 s after a cancellation the runner sends its second signal. */
const CLEANUP_LIMIT_MS = 4_000;
/**
 * One step, from inputs to outputs.
 *
 * @returns whether it succeeded. If not, the error has been reported.
 */
async function main(createRuntime = createNodeRuntime) {
    // Before anything can log.
    maskSecrets(getInput);
    const logger = createLogger();
    const runtime = createRuntime();
    try {
        const parsed = parseInputs(getInput);
        const { succeeded, toSummary, cleanUp } = 'inputs' in parsed
            ? await runStep(parsed.inputs, logger, runtime)
            : rejectInputs(parsed.problems, logger, runtime);
        if (toSummary !== undefined)
            runOptional(logger, () => writeSummary(toSummary(), logger));
        await withTimeout(runtime.clock, CLEANUP_LIMIT_MS, cleanUp);
        return succeeded;
    }
    finally {
        runtime.sender.close();
        runtime.cancellation.release();
    }
}
/** Reports invalid inputs. Sends no request to Atlas. */
function rejectInputs(problems, logger, { sender: { send } }) {
    const help = describeHelp({ title: INVALID_INPUT });
    for (const { names, message } of problems)
        reportError(`${INVALID_INPUT}: ${names}`, joinSentences(message, help));
    const hasSummary = input_formats_boolean.parse(getInput('job-summary')) !== false;
    // Without a status, the commit would keep the result of an earlier attempt.
    const target = findStatusTarget(getInput);
    const state = { step: 'failed', errorTitle: INVALID_INPUT };
    return {
        succeeded: false,
        toSummary: hasSummary ? () => renderInputErrors(problems, help) : undefined,
        cleanUp: async (signal) => target && setCommitStatus(state, target, { send, logger }, signal),
    };
}
async function runStep(inputs, logger, { clock, random, wallClock, sender, cancellation }) {
    const { options, credentials, dryRun: isDryRun, githubToken, jobSummary } = inputs;
    const { cluster } = options;
    const ports = { clock, random, logger, send: sender.send };
    const connection = createConnection(cluster, credentials, { ...ports, setSecret: core_setSecret });
    const startedAt = wallClock();
    const bars = [{ label: 'requesting a snapshot', from: startedAt }];
    const outputs = new OutputRecorder(cluster);
    const dependencies = {
        ...ports,
        client: connection.client,
        onSnapshot: (observed) => {
            outputs.record(observed);
            const label = observed.snapshot.status;
            if (bars.at(-1)?.label !== label)
                bars.push({ label, from: wallClock() });
        },
    };
    const ending = obtainAndReport(inputs, dependencies, outputs, cancellation.signal);
    // Meanwhile, because the snapshot doesn't depend on GitHub.
    const setStatus = githubToken === undefined || isDryRun ? undefined : startCommitStatus({ cluster, githubToken }, ports);
    const outcome = await ending;
    const { step, error } = outcome;
    const { result } = outputs;
    const facts = { cluster, dryRun: isDryRun, result, startedAt, endedAt: wallClock(), bars, ...outcome };
    const state = { step, snapshot: result.snapshot, errorTitle: error?.help.title };
    return {
        succeeded: step === 'succeeded',
        toSummary: jobSummary ? () => renderSummary(facts, pageUrl('runbook.md')) : undefined,
        cleanUp: (signal) => Promise.all([setStatus?.(state, signal), connection.close(signal)]),
    };
}
/** Everything up to the outputs. Reports an error instead of throwing it. */
async function obtainAndReport({ options, dryRun: isDryRun }, dependencies, outputs, cancel) {
    try {
        // Shows that the outputs can be written.
        outputs.record({});
        if (isDryRun)
            return { step: 'succeeded', dryRunResult: await dryRun(options, dependencies, cancel) };
        await obtainSnapshot(options, dependencies, cancel);
        return { step: 'succeeded' };
    }
    catch (thrown) {
        const error = toActionError(thrown);
        const { message, help } = error;
        // A dry run guards no deployment.
        const advice = isDryRun ? help.remedy : adviseOnDeployment(help.remedy);
        const remedy = joinSentences(advice, describeHelp(help));
        reportError(help.title, `${message} ${remedy}`, error);
        const reported = new ActionError(message, { title: help.title, remedy }, { cause: error });
        return { step: isCancellation(error) ? 'canceled' : 'failed', error: reported };
    }
}

;// CONCATENATED MODULE: ./build/src/index.js


// The toolkit's proxy tunnel uses a deprecated API of Node, and readers of the log cannot fix that.
process.noDeprecation = true;
failClosed(main);

;// CONCATENATED MODULE: ./build/entry/index.js


})();

module.exports = __webpack_exports__;
/******/ })()
;