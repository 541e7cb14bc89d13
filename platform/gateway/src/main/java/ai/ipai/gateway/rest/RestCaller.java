package ai.ipai.gateway.rest;

import ai.ipai.postgres.caller.Caller;
import java.util.Optional;

/**
 * Who asks.
 *
 * @param role of the database
 * @param claims as JSON
 * @param isAnonymous whether no token was shown, so a better one may help
 * @param identity the platform's caller; empty where there is no control plane
 */
public record RestCaller(
    String role, String claims, boolean isAnonymous, String requestId, Optional<Caller> identity) {
  public RestCaller(String role, String claims, boolean isAnonymous, String requestId) {
    this(role, claims, isAnonymous, requestId, Optional.empty());
  }

  public static RestCaller of(Caller caller) {
    return new RestCaller(
        caller.databaseRole(),
        caller.claims(),
        caller.databaseRole().equals("anon"),
        caller.requestId(),
        Optional.of(caller));
  }
}
