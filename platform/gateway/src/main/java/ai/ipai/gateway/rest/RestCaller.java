package ai.ipai.gateway.rest;

/**
 * Who asks.
 *
 * @param role of the database
 * @param claims as JSON
 * @param isAnonymous whether no token was shown, so a better one may help
 */
public record RestCaller(String role, String claims, boolean isAnonymous, String requestId) {}
