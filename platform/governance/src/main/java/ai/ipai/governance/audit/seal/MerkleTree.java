package ai.ipai.governance.audit.seal;

import ai.ipai.spi.digest.Sha256;
import java.security.MessageDigest;
import java.util.Arrays;

/** The Merkle tree hash of RFC 6962, section 2.1, over SHA-256. */
final class MerkleTree {
  static final int HASH_BYTES = 32;
  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private MerkleTree() {}

  static byte[] leaf(byte[] entry) {
    MessageDigest digest = Sha256.start();
    digest.update(LEAF);
    return digest.digest(entry);
  }

  /**
   * The root over leaf hashes.
   *
   * @param leaves one after the other, 32 bytes each; none gives the hash of nothing
   */
  static byte[] root(byte[] leaves) {
    if (leaves.length % HASH_BYTES != 0) {
      throw new IllegalArgumentException("not a whole number of hashes: " + leaves.length);
    }
    if (leaves.length == 0) {
      return Sha256.start().digest();
    }
    return root(leaves, 0, leaves.length / HASH_BYTES);
  }

  /** Splits at the largest power of two below the number of leaves. */
  private static byte[] root(byte[] leaves, int from, int to) {
    int count = to - from;
    if (count == 1) {
      return Arrays.copyOfRange(leaves, from * HASH_BYTES, to * HASH_BYTES);
    }
    int split = from + Integer.highestOneBit(count - 1);
    MessageDigest digest = Sha256.start();
    digest.update(NODE);
    digest.update(root(leaves, from, split));
    return digest.digest(root(leaves, split, to));
  }
}
