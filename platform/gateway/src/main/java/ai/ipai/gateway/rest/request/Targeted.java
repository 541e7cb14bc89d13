package ai.ipai.gateway.rest.request;

import java.util.List;

/**
 * Something that is said of one table of the request.
 *
 * @param path names of embedded tables, from the outermost; empty for the table of the URL
 */
public record Targeted<T>(List<String> path, T what) {
  public Targeted {
    path = List.copyOf(path);
  }
}
