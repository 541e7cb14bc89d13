package ai.ipai.governance.audit.seal;

import java.util.List;
import java.util.Optional;

/**
 * Where checkpoints are kept: outside the database, best where its operator may add but not change
 * (object lock, another machine). Safe for threads and for several processes.
 */
public interface CheckpointStore {
  /** Adds one; never replaces another. Errors: {@code AUD-021}. */
  void put(Checkpoint checkpoint);

  /**
   * Every one, in the order of their time. Errors: {@code AUD-020} one cannot be read, {@code
   * AUD-021}.
   */
  List<Checkpoint> load();

  /** The newest by time; empty before the first. Errors as {@link #load}. */
  default Optional<Checkpoint> newest() {
    List<Checkpoint> all = load();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }
}
