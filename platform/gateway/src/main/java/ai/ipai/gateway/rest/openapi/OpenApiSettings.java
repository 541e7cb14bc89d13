package ai.ipai.gateway.rest.openapi;

import ai.ipai.spi.name.QualifiedName;
import java.net.URI;
import java.util.Optional;

/**
 * What PostgREST's settings say of the description at the root.
 *
 * @param server where clients reach the interface, in the description
 * @param describesSecurity whether the description says that a token may be sent
 * @param rootFunction a function that answers the root instead
 */
public record OpenApiSettings(
    Mode mode, URI server, boolean describesSecurity, Optional<QualifiedName> rootFunction) {
  /** What is described. */
  public enum Mode {
    /** What the caller has a privilege on. */
    FOLLOW_PRIVILEGES,
    /** Everything that is exposed. */
    IGNORE_PRIVILEGES,
    /** Nothing: the root answers 404. */
    DISABLED
  }

  /** Off: the interface describes itself nowhere. */
  public static final OpenApiSettings DISABLED =
      new OpenApiSettings(Mode.DISABLED, URI.create("http://127.0.0.1/"), false, Optional.empty());
}
