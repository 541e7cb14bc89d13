package ai.ipai.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

/** What every answer carries, and what browsers of other sites are told. */
final class SecurityHeaders {
  /** Nothing inline, nothing from elsewhere; styles of charts are set by script through the DOM. */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'; manifest-src 'self'";

  private SecurityHeaders() {}

  static void add(MultiMap headers) {
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
  }

  /** Interfaces that take a bearer token are open to pages of any origin, without cookies. */
  static boolean isShared(String path) {
    return path.startsWith("/api/v1/")
        || path.startsWith("/auth/v1/")
        || path.startsWith("/rest/v1/")
        || path.startsWith("/storage/v1/");
  }

  static void addSharing(HttpServerRequest request, MultiMap headers, String allowedOrigin) {
    if (!isShared(request.path()) || request.getHeader("Origin") == null) {
      return;
    }
    headers.set("Access-Control-Allow-Origin", allowedOrigin);
    headers.set("Access-Control-Expose-Headers", "X-Request-Id, Content-Range, Retry-After");
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    headers.add("Vary", "Origin");
  }

  static void addPreflight(HttpServerRequest request, MultiMap headers) {
    headers.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    String wanted = request.getHeader("Access-Control-Request-Headers");
    if (wanted != null) {
      headers.set("Access-Control-Allow-Headers", wanted);
    }
    headers.set("Access-Control-Max-Age", "3600");
  }
}
