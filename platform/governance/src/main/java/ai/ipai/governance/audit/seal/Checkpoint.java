package ai.ipai.governance.audit.seal;

import ai.ipai.governance.audit.AuditErrors;
import ai.ipai.spi.error.IpaiException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of the chain at a moment, signed, to be kept where the operator of the database cannot
 * change it. Written as a signed note (C2SP): whoever has the public key can check it with any tool
 * that knows those.
 *
 * @param batch the newest seal; 0 for none
 * @param hash of that seal
 * @param restoredOver 0, or for the statement that the database was restored on purpose: the
 *     checkpoints above {@link #batch} up to this one, made before, are void
 */
@SuppressWarnings("ArrayRecordComponent") // equality goes by the note
public record Checkpoint(
    long batch,
    byte[] hash,
    long lastId,
    Instant at,
    long restoredOver,
    String keyId,
    byte[] signature) {
  private static final String ORIGIN = "ipai-audit/v1";
  private static final String SIGNATURE_MARK = "\u2014 ";

  static Checkpoint sign(
      SealKey key, long batch, byte[] hash, long lastId, Instant at, long restoredOver) {
    byte[] text = text(batch, hash, lastId, at, restoredOver).getBytes(StandardCharsets.UTF_8);
    return new Checkpoint(
        batch, hash.clone(), lastId, at, restoredOver, key.publicKey().id(), key.sign(text));
  }

  private static String text(long batch, byte[] hash, long lastId, Instant at, long restoredOver) {
    String text =
        ORIGIN
            + "\n"
            + batch
            + "\n"
            + Base64.getEncoder().encodeToString(hash)
            + "\nlast-id "
            + lastId
            + "\nat "
            + at
            + "\n";
    return restoredOver == 0 ? text : text + "restored-over " + restoredOver + "\n";
  }

  boolean isSignedBy(List<SealPublicKey> keys) {
    byte[] text = text(batch, hash, lastId, at, restoredOver).getBytes(StandardCharsets.UTF_8);
    return keys.stream().anyMatch(key -> key.id().equals(keyId) && key.verifies(text, signature));
  }

  boolean isRestore() {
    return restoredOver > 0;
  }

  /** Whether a later statement of a restore makes it void. */
  boolean isVoidBy(Checkpoint restore) {
    return restore.isRestore()
        && batch > restore.batch
        && batch <= restore.restoredOver
        && !at.isAfter(restore.at);
  }

  /** The whole note, signature included. */
  public String note() {
    byte[] marked = Arrays.copyOf(HexFormat.of().parseHex(keyId), 4 + signature.length);
    System.arraycopy(signature, 0, marked, 4, signature.length);
    return text(batch, hash, lastId, at, restoredOver)
        + "\n"
        + SIGNATURE_MARK
        + SealPublicKey.NAME
        + " "
        + Base64.getEncoder().encodeToString(marked)
        + "\n";
  }

  /**
   * Reads a note; whether its signature holds is for the verifier to say. Errors: {@code AUD-020}.
   */
  public static Checkpoint parse(String note) {
    try {
      List<String> lines = note.lines().toList();
      int blank = lines.indexOf("");
      if (blank < 5 || !lines.getFirst().equals(ORIGIN) || lines.size() != blank + 2) {
        throw unreadable(null);
      }
      String signatureLine = lines.get(blank + 1);
      String name = SIGNATURE_MARK + SealPublicKey.NAME + " ";
      if (!signatureLine.startsWith(name)) {
        throw unreadable(null);
      }
      byte[] marked = Base64.getDecoder().decode(signatureLine.substring(name.length()));
      if (marked.length != 68) {
        throw unreadable(null);
      }
      return new Checkpoint(
          Long.parseLong(lines.get(1)),
          Base64.getDecoder().decode(lines.get(2)),
          Long.parseLong(field(lines.get(3), "last-id ")),
          Instant.parse(field(lines.get(4), "at ")),
          blank == 5 ? 0 : Long.parseLong(field(lines.get(5), "restored-over ")),
          HexFormat.of().formatHex(marked, 0, 4),
          Arrays.copyOfRange(marked, 4, marked.length));
    } catch (IllegalArgumentException | DateTimeParseException malformed) {
      throw unreadable(malformed);
    }
  }

  private static String field(String line, String prefix) {
    if (!line.startsWith(prefix)) {
      throw unreadable(null);
    }
    return line.substring(prefix.length());
  }

  private static IpaiException unreadable(@Nullable Exception cause) {
    return new IpaiException(
        AuditErrors.CHECKPOINT_UNREADABLE, "This is not a checkpoint of an audit log.", cause);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Checkpoint that && note().equals(that.note());
  }

  @Override
  public int hashCode() {
    return note().hashCode();
  }

  @Override
  public String toString() {
    return "Checkpoint[batch " + batch + " at " + at + "]";
  }
}
