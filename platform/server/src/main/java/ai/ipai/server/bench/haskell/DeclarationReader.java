package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.Expression.Branch;
import ai.ipai.server.bench.haskell.Expression.Guarded;
import ai.ipai.server.bench.haskell.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads definitions. Signatures are read over. */
final class DeclarationReader {
  private static final Expression TRUE = new Expression.Name("True");

  private final Cursor cursor;
  private final PatternReader patterns;
  private final ExpressionReader expressions;

  DeclarationReader(Cursor cursor) {
    this.cursor = cursor;
    this.patterns = new PatternReader(cursor);
    this.expressions = new ExpressionReader(cursor, patterns, this);
  }

  List<Declaration> block() {
    return cursor.block(this::declaration).stream().flatMap(Optional::stream).toList();
  }

  /** Empty for a signature. */
  Optional<Declaration> declaration() {
    if (isSignature()) {
      cursor.skipItem();
      return Optional.empty();
    }
    Token first = cursor.peek();
    if (first.kind() != Kind.VARIABLE) {
      Pattern pattern = patterns.pattern();
      return Optional.of(new Declaration.Binding(pattern, guarded("=")));
    }
    cursor.take();
    List<Pattern> parameters = new ArrayList<>();
    while (!cursor.peek().isReserved("=") && !cursor.peek().isReserved("|")) {
      parameters.add(patterns.single());
    }
    return Optional.of(new Declaration.Clause(first.text(), parameters, guarded("=")));
  }

  private boolean isSignature() {
    int start = cursor.position();
    try {
      while (cursor.peek().kind() == Kind.VARIABLE) {
        cursor.take();
        if (cursor.peek().isReserved("::")) {
          return true;
        }
        if (!cursor.takeIf(Kind.SPECIAL, ",")) {
          return false;
        }
      }
      return false;
    } finally {
      cursor.reset(start);
    }
  }

  /** What stands behind {@code =} or {@code ->}, with its guards and its {@code where}. */
  Guarded guarded(String sign) {
    List<Branch> branches = new ArrayList<>();
    if (cursor.takeIf(Kind.RESERVED, sign)) {
      branches.add(new Branch(TRUE, expressions.expression()));
    } else {
      while (cursor.takeIf(Kind.RESERVED, "|")) {
        Expression condition = expressions.expression();
        cursor.expect(Kind.RESERVED, sign);
        branches.add(new Branch(condition, expressions.expression()));
      }
      if (branches.isEmpty()) {
        throw cursor.fault("expected " + sign);
      }
    }
    List<Declaration> where = cursor.takeIf(Kind.KEYWORD, "where") ? block() : List.of();
    return new Guarded(branches, where);
  }
}
