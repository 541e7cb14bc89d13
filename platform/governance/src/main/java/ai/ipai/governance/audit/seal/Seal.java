package ai.ipai.governance.audit.seal;

import ai.ipai.spi.digest.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One link of the chain: a batch of rows, their leaf hashes and root, the hash of the link before,
 * and a signature.
 *
 * @param era counts restores into clusters that number transactions anew
 * @param floorId rows of this era have greater ids
 * @param sealedAtMicros since 1970, by the database's clock
 * @param idsHash over the ids of the batch, eight bytes each
 */
@SuppressWarnings("ArrayRecordComponent") // compared by hash, never written to
public record Seal(
    long batch,
    int era,
    long floorId,
    Snapshot snapshot,
    long sealedAtMicros,
    long firstId,
    long lastId,
    int rowCount,
    byte[] idsHash,
    byte[] merkleRoot,
    byte[] previousHash,
    byte[] hash,
    String keyId,
    byte[] signature) {
  static final byte[] GENESIS = new byte[MerkleTree.HASH_BYTES];

  /**
   * The ids of a batch, ascending, and the leaf hash of each.
   *
   * @param leaves 32 bytes for every id
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes that are never written to
  public record Body(long[] ids, byte[] leaves) {
    static Body of(List<AuditRow> rowsById) {
      long[] ids = new long[rowsById.size()];
      byte[] leaves = new byte[rowsById.size() * MerkleTree.HASH_BYTES];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = rowsById.get(i).id();
        byte[] leaf = rowsById.get(i).leafHash();
        System.arraycopy(leaf, 0, leaves, i * MerkleTree.HASH_BYTES, leaf.length);
      }
      return new Body(ids, leaves);
    }

    byte[] leaf(int index) {
      int from = index * MerkleTree.HASH_BYTES;
      return Arrays.copyOfRange(leaves, from, from + MerkleTree.HASH_BYTES);
    }

    static byte[] idsHash(long[] ids) {
      ByteBuffer bytes = ByteBuffer.allocate(ids.length * Long.BYTES);
      for (long id : ids) {
        bytes.putLong(id);
      }
      return Sha256.start().digest(bytes.array());
    }
  }

  /** What the hash is over. */
  static byte[] hash(
      long batch,
      int era,
      long floorId,
      Snapshot snapshot,
      long sealedAtMicros,
      long firstId,
      long lastId,
      int rowCount,
      byte[] idsHash,
      byte[] merkleRoot,
      byte[] previousHash) {
    return Sha256.start()
        .digest(
            new CanonicalBytes()
                .text("ipai audit seal v1")
                .number(batch)
                .number((long) era)
                .number(floorId)
                .text(snapshot.toString())
                .number(sealedAtMicros)
                .number(firstId)
                .number(lastId)
                .number((long) rowCount)
                .bytes(idsHash)
                .bytes(merkleRoot)
                .bytes(previousHash)
                .toBytes());
  }

  byte[] recomputedHash() {
    return hash(
        batch,
        era,
        floorId,
        snapshot,
        sealedAtMicros,
        firstId,
        lastId,
        rowCount,
        idsHash,
        merkleRoot,
        previousHash);
  }

  static byte[] signedMessage(byte[] hash) {
    return new CanonicalBytes().text("ipai audit seal v1 signature").bytes(hash).toBytes();
  }
}
