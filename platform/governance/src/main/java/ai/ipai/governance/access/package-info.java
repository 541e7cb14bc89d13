/** Who sees what and why: the difference that policies make, and the explanation of a decision. */
@NullMarked
package ai.ipai.governance.access;

import org.jspecify.annotations.NullMarked;
