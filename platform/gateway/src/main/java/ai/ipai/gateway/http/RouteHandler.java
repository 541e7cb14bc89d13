package ai.ipai.gateway.http;

/** Answers a request. Runs on a virtual thread of its own and may block. */
@FunctionalInterface
public interface RouteHandler {
  /** Throws what it likes; an {@code IpaiException} decides the status by its kind. */
  Answer handle(Exchange exchange) throws Exception;
}
