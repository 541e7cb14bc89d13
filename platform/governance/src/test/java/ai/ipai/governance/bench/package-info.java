@NullMarked
package ai.ipai.governance.bench;

import org.jspecify.annotations.NullMarked;
