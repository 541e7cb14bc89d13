package ai.ipai.gateway.rest.request;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request, read and understood as far as that goes without the catalog.
 *
 * @param range of rows of the table of the URL
 * @param negotiated whether the answer says which schema it is from
 * @param keys of the body, or those that {@code columns} names; sorted
 * @param accepts the most wanted first
 */
public record RestRequest(
    Incoming incoming,
    Action action,
    String schema,
    boolean negotiated,
    QueryParameters query,
    RowRange range,
    Preferences preferences,
    Optional<Payload> payload,
    Set<String> keys,
    List<MediaType> accepts,
    MediaType contentType) {
  public RestRequest {
    accepts = List.copyOf(accepts);
  }
}
