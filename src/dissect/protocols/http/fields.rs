//! The fields of HTTP and of the bodies it carries, and which header is which field.

use crate::dissect::field::Field;
use crate::fields;

fields! {
    NOTIFICATION = "http.notification", "Notification", boolean();
    RESPONSE = "http.response", "Response", boolean();
    REQUEST = "http.request", "Request", boolean();
    RESPONSE_NUMBER = "http.response_number", "Response number", uint(32).fact();
    REQUEST_NUMBER = "http.request_number", "Request number", uint(32).fact();
    AUTH_BASIC = "http.authbasic", "Credentials", string();
    RESPONSE_LINE = "http.response.line", "Response line", string();
    REQUEST_LINE = "http.request.line", "Request line", string();
    METHOD = "http.request.method", "Request Method", string();
    URI = "http.request.uri", "Request URI", string();
    PATH = "http.request.uri.path", "Request URI Path", string();
    QUERY = "http.request.uri.query", "Request URI Query", string();
    PARAMETER = "http.request.uri.query.parameter", "Request URI Query Parameter", string();
    REQUEST_VERSION = "http.request.version", "Request Version", string();
    RESPONSE_VERSION = "http.response.version", "Response Version", string();
    FULL_URI = "http.request.full_uri", "Full request URI", string();
    CODE = "http.response.code", "Status Code", uint(16);
    CODE_DESC = "http.response.code.desc", "Status Code Description", string();
    RESPONSE_FOR_URI = "http.response_for.uri", "Request URI", string().fact();
    PHRASE = "http.response.phrase", "Response Phrase", string();
    AUTHORIZATION = "http.authorization", "Authorization", string();
    PROXY_AUTHENTICATE = "http.proxy_authenticate", "Proxy-Authenticate", string();
    PROXY_AUTHORIZATION = "http.proxy_authorization", "Proxy-Authorization", string();
    PROXY_CONNECT_HOST = "http.proxy_connect_host", "Proxy-Connect-Hostname", string().fact();
    PROXY_CONNECT_PORT = "http.proxy_connect_port", "Proxy-Connect-Port", uint(16).fact();
    WWW_AUTHENTICATE = "http.www_authenticate", "WWW-Authenticate", string();
    CONTENT_TYPE = "http.content_type", "Content-Type", string();
    CONTENT_LENGTH_HEADER = "http.content_length_header", "Content-Length", string();
    CONTENT_LENGTH = "http.content_length", "Content length", uint(64);
    CONTENT_ENCODING = "http.content_encoding", "Content-Encoding", string();
    TRANSFER_ENCODING = "http.transfer_encoding", "Transfer-Encoding", string();
    UPGRADE = "http.upgrade", "Upgrade", string();
    USER_AGENT = "http.user_agent", "User-Agent", string();
    HOST = "http.host", "Host", string();
    CONNECTION = "http.connection", "Connection", string();
    COOKIE = "http.cookie", "Cookie", string();
    COOKIE_PAIR = "http.cookie_pair", "Cookie pair", string();
    ACCEPT = "http.accept", "Accept", string();
    REFERER = "http.referer", "Referer", string();
    ACCEPT_LANGUAGE = "http.accept_language", "Accept-Language", string();
    ACCEPT_ENCODING = "http.accept_encoding", "Accept Encoding", string();
    DATE = "http.date", "Date", string();
    CACHE_CONTROL = "http.cache_control", "Cache-Control", string();
    SERVER = "http.server", "Server", string();
    LOCATION = "http.location", "Location", string();
    WS_ACCEPT = "http.sec_websocket_accept", "Sec-WebSocket-Accept", string();
    WS_EXTENSIONS = "http.sec_websocket_extensions", "Sec-WebSocket-Extensions", string();
    WS_KEY = "http.sec_websocket_key", "Sec-WebSocket-Key", string();
    WS_PROTOCOL = "http.sec_websocket_protocol", "Sec-WebSocket-Protocol", string();
    WS_VERSION = "http.sec_websocket_version", "Sec-WebSocket-Version", string();
    SET_COOKIE = "http.set_cookie", "Set-Cookie", string();
    LAST_MODIFIED = "http.last_modified", "Last-Modified", string();
    X_FORWARDED_FOR = "http.x_forwarded_for", "X-Forwarded-For", string();
    HTTP2_SETTINGS = "http.http2_settings", "HTTP2-Settings", string();
    REQUEST_IN = "http.request_in", "Request in frame", frame().fact();
    RESPONSE_IN = "http.response_in", "Response in frame", frame().fact();
    NEXT_REQUEST_IN = "http.next_request_in", "Next request in frame", frame().fact();
    NEXT_RESPONSE_IN = "http.next_response_in", "Next response in frame", frame().fact();
    PREV_REQUEST_IN = "http.prev_request_in", "Prev request in frame", frame().fact();
    PREV_RESPONSE_IN = "http.prev_response_in", "Prev response in frame", frame().fact();
    TIME = "http.time", "Time since request", duration().fact();
    TRAILER_PART = "http.chunked_trailer_part", "trailer-part", string();
    CHUNK_BOUNDARY = "http.chunk_boundary", "Chunk boundary", bytes();
    CHUNK_SIZE = "http.chunk_size", "Chunk size", uint(32).unit(" octet", " octets");
    CHUNK_DATA = "http.chunk_data", "Chunk data", bytes();
    FILE_DATA = "http.file_data", "File Data", string();
    UNKNOWN_HEADER = "http.unknown_header", "Unknown header", string();
}

/// The field of a header, by its name in any case.
pub fn header(name: &[u8]) -> Option<&'static Field> {
    HEADERS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(_, f)| *f)
}

static HEADERS: &[(&str, &Field)] = &[
    ("Authorization", &AUTHORIZATION),
    ("Proxy-Authorization", &PROXY_AUTHORIZATION),
    ("Proxy-Authenticate", &PROXY_AUTHENTICATE),
    ("WWW-Authenticate", &WWW_AUTHENTICATE),
    ("Content-Type", &CONTENT_TYPE),
    ("Content-Length", &CONTENT_LENGTH_HEADER),
    ("Content-Encoding", &CONTENT_ENCODING),
    ("Transfer-Encoding", &TRANSFER_ENCODING),
    ("Upgrade", &UPGRADE),
    ("User-Agent", &USER_AGENT),
    ("Host", &HOST),
    ("Connection", &CONNECTION),
    ("Cookie", &COOKIE),
    ("Accept", &ACCEPT),
    ("Referer", &REFERER),
    ("Accept-Language", &ACCEPT_LANGUAGE),
    ("Accept-Encoding", &ACCEPT_ENCODING),
    ("Date", &DATE),
    ("Cache-Control", &CACHE_CONTROL),
    ("Server", &SERVER),
    ("Location", &LOCATION),
    ("Sec-WebSocket-Accept", &WS_ACCEPT),
    ("Sec-WebSocket-Extensions", &WS_EXTENSIONS),
    ("Sec-WebSocket-Key", &WS_KEY),
    ("Sec-WebSocket-Protocol", &WS_PROTOCOL),
    ("Sec-WebSocket-Version", &WS_VERSION),
    ("Set-Cookie", &SET_COOKIE),
    ("Last-Modified", &LAST_MODIFIED),
    ("X-Forwarded-For", &X_FORWARDED_FOR),
    ("HTTP2-Settings", &HTTP2_SETTINGS),
];

/// What a status code stands for (IANA registry, and codes of older extensions).
pub fn status(code: u16) -> Option<&'static str> {
    STATUS.iter().find(|(n, _)| *n == code).map(|(_, text)| *text)
}

static STATUS: &[(u16, &str)] = &[
    (100, "Continue"),
    (101, "Switching Protocols"),
    (102, "Processing"),
    (103, "Early Hints"),
    (199, "Informational - Others"),
    (200, "OK"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "Non-authoritative Information"),
    (204, "No Content"),
    (205, "Reset Content"),
    (206, "Partial Content"),
    (207, "Multi-Status"),
    (208, "Already Reported"),
    (226, "IM Used"),
    (299, "Success - Others"),
    (300, "Multiple Choices"),
    (301, "Moved Permanently"),
    (302, "Found"),
    (303, "See Other"),
    (304, "Not Modified"),
    (305, "Use Proxy"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (399, "Redirection - Others"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (402, "Payment Required"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (407, "Proxy Authentication Required"),
    (408, "Request Time-out"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "Length Required"),
    (412, "Precondition Failed"),
    (413, "Request Entity Too Large"),
    (414, "Request-URI Too Long"),
    (415, "Unsupported Media Type"),
    (416, "Requested Range Not Satisfiable"),
    (417, "Expectation Failed"),
    (418, "I'm a teapot"),
    (421, "Misdirected Request"),
    (422, "Unprocessable Entity"),
    (423, "Locked"),
    (424, "Failed Dependency"),
    (425, "Too Early"),
    (426, "Upgrade Required"),
    (428, "Precondition Required"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (451, "Unavailable For Legal Reasons"),
    (499, "Client Error - Others"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Time-out"),
    (505, "HTTP Version not supported"),
    (507, "Insufficient Storage"),
    (508, "Loop Detected"),
    (511, "Network Authentication Required"),
    (599, "Server Error - Others"),
];
