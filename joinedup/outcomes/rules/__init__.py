"""The statistics of the outcomes framework: intervals, small numbers, and figures made of counts. Pure."""
