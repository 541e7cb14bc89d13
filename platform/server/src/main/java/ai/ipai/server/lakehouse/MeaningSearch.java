package ai.ipai.server.lakehouse;

import ai.ipai.console.view.SearchHit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Searches texts by meaning. */
@FunctionalInterface
public interface MeaningSearch {
  /** Turns the text into what is compared; slow, so outside of any transaction. */
  Question question(String text);

  /** A text that was understood. */
  @FunctionalInterface
  interface Question {
    /** The closest documents that are open to the caller of this transaction, closest first. */
    List<SearchHit> nearest(Connection asCaller, int limit) throws SQLException;
  }
}
