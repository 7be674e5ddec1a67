# SPDX-License-Identifier: BSD-2-Clause
# Completion of fish for tlsreport, which knows itself what may come next.

function __tlsreport_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete -- $words[2..-1] 2>/dev/null
    or __fish_complete_path (commandline -ct)
end

complete -c tlsreport -f -a '(__tlsreport_complete)'
