package ai.ipai.gateway.rest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which columns a view shows is read from PostgreSQL's own notation. */
@Tag("REQ-REST-002")
final class NodeTreeTest {
  @Test
  void onlyPlainColumnsOfTheOutermostQueryCount() {
    String tree =
        "({QUERY :commandType 1 :rtable ({RTE :subquery {QUERY :targetList ({TARGETENTRY :resno 9"
            + " :resorigtbl 99 :resorigcol 9 :resjunk false})}}) :targetList ({TARGETENTRY :expr"
            + " {VAR :varno 1} :resno 1 :resname id :resorigtbl 7 :resorigcol 3 :resjunk false}"
            + " {TARGETENTRY :expr {CONST :constvalue 4 [ 1 2 ]} :resno 2 :resname odd\\ \\{name"
            + " :resorigtbl 0 :resorigcol 0 :resjunk false} {TARGETENTRY :resno 3 :resorigtbl 8"
            + " :resorigcol 1}) :override 0})";
    assertThat(NodeTree.shown(tree))
        .containsExactly(new NodeTree.Shown(1, 7, 3), new NodeTree.Shown(3, 8, 1));
  }

  @Test
  void whatIsCutOffGivesWhatCouldBeRead() {
    assertThat(NodeTree.shown("({QUERY :targetList ({TARGETENTRY :resno 1 :resorigtbl 5"))
        .isEmpty();
    assertThat(NodeTree.shown("")).isEmpty();
    assertThat(NodeTree.shown("\\")).isEmpty();
  }
}
