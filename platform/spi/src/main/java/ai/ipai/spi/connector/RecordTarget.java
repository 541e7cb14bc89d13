package ai.ipai.spi.connector;

import ai.ipai.spi.error.IpaiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes records. Only models and fields that the settings allow; nothing is ever sent twice by
 * itself: a call whose outcome is not known fails with {@code CON-016}, and the caller looks the
 * record up. Values are text, whole and decimal numbers, booleans, lists of whole numbers, or null.
 *
 * <p>Errors of all calls: {@code CON-016} outcome unknown, {@code CON-017} model or field not
 * allowed or not writable, {@code CON-018} the target refuses these values and has stored none.
 */
public interface RecordTarget {
  /**
   * A record as it is.
   *
   * @param id the target's own
   * @param values of the fields that were asked for
   */
  record Found(long id, Map<String, @Nullable Object> values) {}

  /**
   * A record to be made.
   *
   * @param key names it for good: a second call with the same key makes no second record
   */
  record Wanted(String key, Map<String, @Nullable Object> values) {}

  /**
   * Refuses what is not allowed, before anything is planned. Returns notes for people, such as that
   * a field is cleaned by the target.
   */
  List<String> require(String model, Set<String> fields);

  /** The same values as {@link Found} would show them. */
  Map<String, @Nullable Object> normal(String model, Map<String, @Nullable Object> values);

  /** Records that were made under these keys, by key. */
  Map<String, Found> findByKey(String model, List<String> keys, Set<String> fields);

  /**
   * The only record with this value in a field; empty if there is none.
   *
   * @throws IpaiException {@code CON-018} if there are several
   */
  Optional<Found> findByValue(String model, String field, String value, Set<String> fields);

  /** Records by id; those that are gone are left out. */
  Map<Long, Found> findById(String model, List<Long> ids, Set<String> fields);

  /** Makes all records or none; their ids, in order. */
  List<Long> create(String model, List<Wanted> records);

  void update(String model, long id, Map<String, @Nullable Object> values);

  void delete(String model, long id);
}
