package ai.ipai.gateway.rest;

import ai.ipai.spi.name.QualifiedName;
import java.sql.SQLException;
import java.util.function.Predicate;

/**
 * Which of the tables that a database role reaches a caller may know of. All who sign in arrive as
 * one role, so its privileges say too much.
 */
@FunctionalInterface
public interface Visibility {
  /** Where the role's privileges say it all. */
  Visibility OF_ROLE = _ -> _ -> true;

  /** Holds as long as the claims of the caller and the catalog stay as they are. */
  Predicate<QualifiedName> of(RestCaller caller) throws SQLException;
}
