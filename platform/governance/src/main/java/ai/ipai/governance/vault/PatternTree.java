package ai.ipai.governance.vault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds many patterns in one pass (Aho and Corasick, 1975): a tree of the patterns, where each node
 * knows the longest other beginning that its text ends with. Immutable once built.
 */
final class PatternTree {
  static final PatternTree EMPTY = new PatternTree();

  private final List<Node> nodes = new ArrayList<>();

  private static final class Node {
    private final Map<Character, Node> next = new HashMap<>();
    private Node fallback = this;

    /** Length of the longest pattern that ends here; 0 for none. */
    private int match;
  }

  private PatternTree() {
    nodes.add(new Node());
  }

  static PatternTree of(Collection<String> patterns) {
    PatternTree tree = new PatternTree();
    for (String pattern : patterns) {
      tree.add(pattern);
    }
    tree.link();
    return tree;
  }

  private void add(String pattern) {
    Node node = root();
    for (int i = 0; i < pattern.length(); i++) {
      Node following = node.next.get(pattern.charAt(i));
      if (following == null) {
        following = new Node();
        node.next.put(pattern.charAt(i), following);
        nodes.add(following);
      }
      node = following;
    }
    node.match = pattern.length();
  }

  private void link() {
    Deque<Node> breadthFirst = new ArrayDeque<>();
    for (Node child : root().next.values()) {
      child.fallback = root();
      breadthFirst.add(child);
    }
    while (!breadthFirst.isEmpty()) {
      Node node = breadthFirst.remove();
      node.next.forEach(
          (letter, child) -> {
            child.fallback = step(node.fallback, letter);
            child.match = Math.max(child.match, child.fallback.match);
            breadthFirst.add(child);
          });
    }
  }

  private Node root() {
    return nodes.getFirst();
  }

  private Node step(Node from, char letter) {
    Node node = from;
    while (true) {
      Node following = node.next.get(letter);
      if (following != null) {
        return following;
      }
      if (node.equals(root())) {
        return node;
      }
      node = node.fallback;
    }
  }

  /** Every stretch that is covered by patterns becomes one mask, overlapping ones together. */
  String replace(String text, String mask) {
    if (nodes.size() == 1) {
      return text;
    }
    List<int[]> covered = covered(text);
    if (covered.isEmpty()) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text.length());
    int copied = 0;
    for (int[] stretch : covered) {
      replaced.append(text, copied, stretch[0]).append(mask);
      copied = stretch[1];
    }
    return replaced.append(text, copied, text.length()).toString();
  }

  private List<int[]> covered(String text) {
    List<int[]> covered = new ArrayList<>();
    Node node = root();
    for (int i = 0; i < text.length(); i++) {
      node = step(node, text.charAt(i));
      if (node.match > 0) {
        int from = i + 1 - node.match;
        while (!covered.isEmpty() && covered.getLast()[1] >= from) {
          from = Math.min(from, covered.removeLast()[0]);
        }
        covered.add(new int[] {from, i + 1});
      }
    }
    return covered;
  }
}
